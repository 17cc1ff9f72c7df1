package mta.queue.dispatch;

import java.io.InputStream;
import mta.plugins.api.mail.Content;
import mta.queue.spool.Body;

/** A body of the spool as content. */
record StoredContent(Body body) implements Content {

    @Override
    public long size() {
        return body.bytes();
    }

    @Override
    public InputStream open() {
        return body.open();
    }
}
