/**
 * What a console command answers with. A command is a Gogo command service: any OSGi service with the properties
 * {@code osgi.command.scope=mta} and {@code osgi.command.function=<verb>} and a public method of the verb's name,
 * best with one parameter {@code String[] arguments}. It returns a {@link mta.plugins.api.admin.Table}, a
 * {@link mta.plugins.api.admin.Job}, a {@link mta.plugins.api.admin.Refusal} or a String; the console draws them for a
 * terminal or as JSON. The service property {@code mta.help} is an array of lines
 * {@code "verb|arguments|what it does|example"}, one per verb or sub-verb. Who gave it says
 * {@link mta.plugins.api.admin.Operator#current}. A plugin that brings the console to somebody uses
 * {@link mta.plugins.api.admin.Console}. Knows neither terminals nor JSON.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.1.0")
package mta.plugins.api.admin;
