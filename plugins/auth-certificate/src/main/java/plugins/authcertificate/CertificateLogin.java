package plugins.authcertificate;

import java.util.Optional;
import mta.plugins.api.Plugin;
import mta.plugins.api.Verdict;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Session;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Makes a user of who shows a user's certificate, without AUTH: for mail servers, which do not log in. Its binding is trusted. */
@Component
@Plugin("auth-certificate")
public final class CertificateLogin implements Reception {

    private final Certificates certificates;

    @Activate
    public CertificateLogin(@Reference Certificates certificates) {
        this.certificates = certificates;
    }

    @Override
    public Verdict tls(Session session, TlsInfo tls) {
        Optional<String> user = certificates.user(tls);
        if (user.isPresent()) {
            session.override(session.remote(), session.remoteName(), session.helo(), user);
        }
        return Verdict.next();
    }
}
