package mta.plugins.api.smtp;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The keywords of the answer to EHLO; the mutators are edits. */
@ProviderType
public interface Capabilities {

    /** Lines as they will be sent, such as {@code SIZE 52428800}. */
    List<String> lines();

    /** Edit: announces a line; replaces the line with the same keyword. Parameters of MAIL and RCPT that it brings are let through. */
    void announce(String line, String... parameters);

    /** Edit: takes a keyword out; the server then refuses what it stood for. */
    void withdraw(String keyword);
}
