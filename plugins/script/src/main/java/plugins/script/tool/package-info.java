/** For authors of scripts: checks a file, runs its tests with made-up sessions, writes the declarations for editors. */
package plugins.script.tool;
