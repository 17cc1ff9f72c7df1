package mta.lookup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class OfferTest {

    private final List<String> happened = new ArrayList<>();
    private final Offer offer = new Offer(registry(), "lookup-test.one");

    private BundleContext registry() {
        return (BundleContext) Proxy.newProxyInstance(
                OfferTest.class.getClassLoader(), new Class<?>[] {BundleContext.class}, (_, method, _) -> {
                    assertEquals("registerService", method.getName());
                    happened.add("put");
                    return Proxy.newProxyInstance(
                            OfferTest.class.getClassLoader(), new Class<?>[] {ServiceRegistration.class}, (_, _, _) -> {
                                happened.add("gone");
                                return null;
                            });
                });
    }

    private static SourcePolicy policy() {
        return new SourcePolicy(Map.of(), Lifetimes.of("10s", "5s", "1h"));
    }

    private static SourcePolicy wrong() {
        throw new IllegalArgumentException("queries.domain: no such command");
    }

    @Test
    void connectionsEndAfterTheirPolicyIsGone() {
        offer.put(OfferTest::policy, () -> happened.add("end 1"));
        offer.change(() -> offer.put(OfferTest::policy, () -> happened.add("end 2")));
        offer.close();
        assertEquals(List.of("put", "put", "gone", "end 1", "gone", "end 2"), happened);
    }

    @Test
    void connectionsOfAPolicyThatCannotBeMadeEndAndTheOldOnesStay() {
        offer.put(OfferTest::policy, () -> happened.add("end 1"));
        offer.change(() -> offer.put(OfferTest::wrong, () -> happened.add("end 2")));
        assertEquals(List.of("put", "end 2"), happened);
        offer.close();
        assertEquals(List.of("put", "end 2", "gone", "end 1"), happened);
    }

    @Test
    void aFirstPolicyThatCannotBeMadeIsAnError() {
        assertThrows(IllegalArgumentException.class, () -> offer.put(OfferTest::wrong, () -> happened.add("end")));
        assertEquals(List.of("end"), happened);
    }
}
