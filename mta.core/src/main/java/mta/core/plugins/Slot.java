package mta.core.plugins;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.framework.Bundle;

/**
 * All there is of one bundle, by its symbolic name: what runs, and the files it could run from. Changed by whoever has its
 * turn; what others see meanwhile is a moment old.
 */
final class Slot {

    /** A file in the drop-in folder. */
    static final class Candidate {
        final Path path;
        final BundleFile file;
        volatile Optional<Refused> refused = Optional.empty();

        /** The refusal that was recorded last, so that trying again is no news as long as nothing changes. */
        String told = "";

        Candidate(Path path, BundleFile file) {
            this.path = path;
            this.file = file.remembered();
        }

        /** Whether it lacks what another bundle may bring. */
        boolean waits() {
            return refused.filter(why -> why.why() == Refused.Why.UNRESOLVED).isPresent();
        }

        private long written() {
            return path.toFile().lastModified();
        }
    }

    /** What runs. {@code file} is empty for a bundle of the distribution. */
    record Live(Bundle bundle, Optional<BundleFile> file, Instant since) {

        boolean isFrom(Candidate candidate) {
            return file.isPresent() && file.get().sum().equals(candidate.file.sum());
        }

        boolean isShipped() {
            return file.isEmpty();
        }

        String version() {
            return bundle.getVersion().toString();
        }
    }

    final String name;
    final ReentrantLock turn = new ReentrantLock();
    final List<Candidate> candidates = new CopyOnWriteArrayList<>();
    volatile Optional<Live> live = Optional.empty();

    /** The distribution's own bundle of that name, whether it runs or not. */
    volatile Optional<Bundle> shipped = Optional.empty();

    /** Of what was given to the console, not of a file in the folder. */
    volatile Optional<Refused> lastRefused = Optional.empty();

    Slot(String name) {
        this.name = name;
    }

    /** The highest version first; of equal ones, what was written last. */
    List<Candidate> bestFirst() {
        return candidates.stream()
                .sorted(Comparator.<Candidate, org.osgi.framework.Version>comparing(one -> one.file.version())
                        .thenComparing(Candidate::written)
                        .reversed())
                .toList();
    }

    Optional<Candidate> of(Path path) {
        return candidates.stream().filter(one -> one.path.equals(path)).findFirst();
    }

    String liveVersion() {
        return live.map(Live::version).orElse("");
    }

    boolean isEmpty() {
        return live.isEmpty() && candidates.isEmpty() && shipped.isEmpty();
    }
}
