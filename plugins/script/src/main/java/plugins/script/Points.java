package plugins.script;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import mta.plugins.api.delivery.Delivery;
import mta.plugins.api.delivery.Transport;
import mta.plugins.api.io.Protocol;
import mta.plugins.api.log.RecordFormat;
import mta.plugins.api.log.RecordSink;
import mta.plugins.api.policy.AliasFor;
import mta.plugins.api.policy.CertFor;
import mta.plugins.api.policy.DomainFor;
import mta.plugins.api.policy.ListenerFor;
import mta.plugins.api.policy.PathFor;
import mta.plugins.api.policy.PoolFor;
import mta.plugins.api.policy.Query;
import mta.plugins.api.policy.QueueFor;
import mta.plugins.api.policy.RdnsFor;
import mta.plugins.api.policy.SiteFor;
import mta.plugins.api.policy.SourceFor;
import mta.plugins.api.policy.Table;
import mta.plugins.api.policy.TlsFor;
import mta.plugins.api.policy.UserFor;
import mta.plugins.api.routing.Routing;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.SaslMechanism;

/** The hook points that a script's default export names. Those of other bundles stand under {@code hooks}. */
final class Points {

    static final Map<String, Class<?>> NAMED = new TreeMap<>(Map.of(
            "reception", Reception.class,
            "routing", Routing.class,
            "delivery", Delivery.class,
            "transport", Transport.class,
            "recordSink", RecordSink.class,
            "recordFormat", RecordFormat.class,
            "saslMechanism", SaslMechanism.class,
            "protocol", Protocol.class));

    private Points() {}

    /** A query of the API by its simple name, one of somebody else by its full name. */
    static Optional<Class<?>> query(String name) {
        try {
            Class<?> type =
                    Class.forName(Query.class.getPackageName() + "." + name, false, Query.class.getClassLoader());
            return Query.class.isAssignableFrom(type) && type != Query.class ? Optional.of(type) : Optional.empty();
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }

    static Map<Class<?>, Type> queries() {
        var queries = new LinkedHashMap<Class<?>, Type>();
        for (Class<?> query : List.of(
                AliasFor.class,
                CertFor.class,
                DomainFor.class,
                ListenerFor.class,
                PathFor.class,
                PoolFor.class,
                QueueFor.class,
                RdnsFor.class,
                SiteFor.class,
                SourceFor.class,
                Table.class,
                TlsFor.class,
                UserFor.class)) {
            queries.put(query, answer(query));
        }
        return queries;
    }

    /** What a query is answered with: the V of {@code Query<V>}. */
    static Type answer(Class<?> query) {
        for (Type one : query.getGenericInterfaces()) {
            if (one instanceof ParameterizedType generic && generic.getRawType() == Query.class) {
                return generic.getActualTypeArguments()[0];
            }
        }
        return Object.class;
    }
}
