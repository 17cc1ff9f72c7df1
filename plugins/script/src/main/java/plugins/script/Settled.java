package plugins.script;

import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/**
 * What an async function gave. Calls of the host block, so its promise is settled when the function returns; one that is
 * still pending waits for something that never comes.
 */
final class Settled {

    private Settled() {}

    static Value value(Value result) {
        boolean plain =
                result.isNull() || result.isHostObject() || result.isString() || !result.canInvokeMember("then");
        if (plain) {
            return result;
        }
        var settled = new Value[2];
        ProxyExecutable fulfilled = values -> settled[0] = values[0];
        ProxyExecutable rejected = values -> settled[1] = values[0];
        result.invokeMember("then", fulfilled, rejected);
        if (settled[1] != null) {
            if (settled[1].isException()) {
                throw settled[1].throwException();
            }
            throw new ScriptFailure("rejected with " + settled[1]);
        }
        if (settled[0] == null) {
            throw new ScriptFailure(
                    "its promise is still pending: nothing can settle it after the function has returned");
        }
        return settled[0];
    }
}
