/**
 * The objects of the plugin API as scripts see them: the same methods, with JavaScript's values. Views are classes made at
 * run time, one for each type of the API, because only what they export can be reached from a script. Knows no scripts.
 */
package plugins.script.view;
