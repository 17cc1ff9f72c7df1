package plugins.lookupfile;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Looks at files four times a second, on a virtual thread: a change is in force within a second. */
final class MapWatch implements AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(250);

    private final List<LiveMap> maps;
    private final Consumer<LiveMap> changed;
    private final Thread thread;

    MapWatch(String name, List<LiveMap> maps, Consumer<LiveMap> changed) {
        this.maps = maps;
        this.changed = changed;
        this.thread = Thread.ofVirtual().name("lookup-file/" + name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(LOOK);
                for (LiveMap map : maps) {
                    if (map.look()) {
                        changed.accept(map);
                    }
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
