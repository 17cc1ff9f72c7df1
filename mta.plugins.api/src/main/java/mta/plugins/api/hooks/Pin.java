package mta.plugins.api.hooks;

import org.osgi.annotation.versioning.ProviderType;

/** Keeps one plan alive; see {@link HookPoints#pin()}. Closing it twice does no harm. */
@ProviderType
public interface Pin extends AutoCloseable {

    /** Number of the plan, for records. */
    long plan();

    @Override
    void close();
}
