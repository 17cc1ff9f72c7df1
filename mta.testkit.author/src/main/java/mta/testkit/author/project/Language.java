package mta.testkit.author.project;

/** What a plugin is written in. */
enum Language {
    JAVA,
    SCRIPT
}
