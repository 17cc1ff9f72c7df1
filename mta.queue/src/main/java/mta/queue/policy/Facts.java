package mta.queue.policy;

/** Whom a question of policy is about; the empty string where it is not known yet, which no scope's key matches. */
public record Facts(String tenant, String campaign, String destination, String site, String source) {

    public static Facts queue(String tenant, String campaign, String destination) {
        return new Facts(tenant, campaign, destination, "", "");
    }

    public static Facts path(String tenant, String destination, String site, String source) {
        return new Facts(tenant, "", destination, site, source);
    }

    String value(Scope.Key key) {
        return switch (key) {
            case TENANT -> tenant;
            case CAMPAIGN -> campaign;
            case DESTINATION -> destination;
            case SITE -> site;
            case SOURCE -> source;
        };
    }
}
