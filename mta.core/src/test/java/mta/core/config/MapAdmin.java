package mta.core.config;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Configuration Admin as a map; counts updates. */
final class MapAdmin implements ConfigurationAdmin {

    private final Map<String, Entry> entries = new TreeMap<>();
    private int updates;

    /** PID to properties. */
    synchronized Map<String, Dictionary<String, Object>> all() {
        var all = new TreeMap<String, Dictionary<String, Object>>();
        entries.forEach((pid, entry) -> all.put(pid, entry.properties));
        return all;
    }

    synchronized Object value(String pid, String key) {
        Entry entry = entries.get(pid);
        return entry == null ? null : entry.properties.get(key);
    }

    synchronized int updates() {
        return updates;
    }

    @Override
    public synchronized Configuration getConfiguration(String pid, String location) {
        return entries.computeIfAbsent(pid, Entry::new);
    }

    @Override
    public Configuration getConfiguration(String pid) {
        return getConfiguration(pid, "?");
    }

    @Override
    public Configuration getFactoryConfiguration(String factoryPid, String name, String location) {
        return getConfiguration(factoryPid + "~" + name, location);
    }

    @Override
    public Configuration getFactoryConfiguration(String factoryPid, String name) {
        return getConfiguration(factoryPid + "~" + name, "?");
    }

    @Override
    public Configuration createFactoryConfiguration(String factoryPid) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Configuration createFactoryConfiguration(String factoryPid, String location) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized Configuration[] listConfigurations(String filter) {
        List<Configuration> all = new ArrayList<>(entries.values());
        return all.isEmpty() ? null : all.toArray(Configuration[]::new);
    }

    private final class Entry implements Configuration {
        private final String pid;
        private Dictionary<String, Object> properties = new Hashtable<>();
        private boolean fresh = true;

        Entry(String pid) {
            this.pid = pid;
        }

        @Override
        public String getPid() {
            return pid;
        }

        @Override
        public Dictionary<String, Object> getProperties() {
            return properties;
        }

        @Override
        public boolean updateIfDifferent(Dictionary<String, ?> next) {
            synchronized (MapAdmin.this) {
                var copy = new Hashtable<String, Object>();
                for (var keys = next.keys(); keys.hasMoreElements(); ) {
                    String key = keys.nextElement();
                    copy.put(key, next.get(key));
                }
                if (!fresh && copy.equals(properties)) {
                    return false;
                }
                fresh = false;
                updates++;
                properties = copy;
                return true;
            }
        }

        @Override
        public void delete() {
            synchronized (MapAdmin.this) {
                entries.remove(pid);
            }
        }

        @Override
        public void update(Dictionary<String, ?> next) {
            updateIfDifferent(next);
        }

        @Override
        public void update() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Dictionary<String, Object> getProcessedProperties(ServiceReference<?> reference) {
            return properties;
        }

        @Override
        public String getFactoryPid() {
            return pid.contains("~") ? pid.substring(0, pid.indexOf('~')) : null;
        }

        @Override
        public void setBundleLocation(String location) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String getBundleLocation() {
            return "?";
        }

        @Override
        public long getChangeCount() {
            return 0;
        }

        @Override
        public Set<ConfigurationAttribute> getAttributes() {
            return Set.of();
        }

        @Override
        public void addAttributes(ConfigurationAttribute... attributes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void removeAttributes(ConfigurationAttribute... attributes) {
            throw new UnsupportedOperationException();
        }
    }
}
