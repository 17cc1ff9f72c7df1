package plugins.console;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.CommandSessionListener;
import org.osgi.service.component.annotations.Component;

/** Keeps the verbs of interactive sessions up with the plugins that come and go. Called on the session's thread. */
@Component(service = CommandSessionListener.class)
public final class VerbRefresh implements CommandSessionListener {

    @Override
    public void beforeExecute(CommandSession session, CharSequence line) {
        SessionVerbs.refresh(session);
    }

    @Override
    public void afterExecute(CommandSession session, CharSequence line, Exception exception) {}

    @Override
    public void afterExecute(CommandSession session, CharSequence line, Object result) {}
}
