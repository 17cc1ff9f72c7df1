package mta.core.plugins;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import mta.core.hooks.HookRunner;
import mta.core.hooks.PluginServices;
import mta.plugins.api.log.LogRecord;
import mta.plugins.api.log.PluginChange;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which bundles are plugins, which version of each is in force, and what became of those that are not. One change at a
 * time, under one lock: on the thread that watches the folder, or the console's. Mail does not wait for it.
 */
final class PluginHost {

    private static final Logger log = LoggerFactory.getLogger(PluginHost.class);
    private static final int REMEMBERED = 500;

    private final BundleContext context;
    private final Path folder;
    private final Consumer<LogRecord> records;
    private final InstantSource clock;
    private final Trial trial;
    private final PluginServices services;
    private final Components components;
    private final Disabled disabled;

    /** Guards what follows. */
    private final Object changing = new Object();

    private final Map<String, Slot> slots = new TreeMap<>();

    /** Files that are no bundles, and why. */
    private final Map<Path, Refused> unreadable = new TreeMap<>();

    private final Deque<PluginChange> history = new ArrayDeque<>();

    PluginHost(
            BundleContext context,
            Path folder,
            Path disabledFile,
            HookRunner runner,
            PluginServices services,
            Components components,
            Consumer<LogRecord> records,
            InstantSource clock) {
        this.context = context;
        this.folder = folder.toAbsolutePath().normalize();
        this.records = records;
        this.clock = clock;
        this.services = services;
        this.components = components;
        this.trial = new Trial(context, services, components, runner);
        this.disabled = new Disabled(disabledFile);
    }

    // ---- the drop-in folder

    /** A file has come or has changed. */
    void arrived(Path file) {
        synchronized (changing) {
            Path path = file.toAbsolutePath().normalize();
            BundleFile bundle;
            try {
                bundle = BundleFile.read(path);
            } catch (IOException e) {
                refuseFile(path, new Refused(Refused.Why.UNREADABLE, String.valueOf(e.getMessage())));
                return;
            }
            unreadable.remove(path);
            Slot slot = slot(bundle.name());
            Optional<Slot.Candidate> known = slot.of(path);
            if (known.isPresent() && known.get().file.sum().equals(bundle.sum())) {
                return;
            }
            others(path, slot).ifPresent(other -> gone(other, path));
            known.ifPresent(slot.candidates::remove);
            slot.candidates.add(new Slot.Candidate(path, bundle));
            settle(slot);
            retryUnresolved(slot);
        }
    }

    /** A file that held a bundle of another name. */
    private Optional<Slot> others(Path path, Slot slot) {
        return slots.values().stream()
                .filter(other -> other != slot && other.of(path).isPresent())
                .findFirst();
    }

    private void refuseFile(Path path, Refused why) {
        Refused before = unreadable.put(path, why);
        if (before == null || !before.getMessage().equals(why.getMessage())) {
            log.error("{}: {}", path.getFileName(), why.getMessage());
            record(path.getFileName().toString(), "", "refused", "", why.word(), why.getMessage());
        }
    }

    /** A file is not there any more. */
    void left(Path file) {
        synchronized (changing) {
            Path path = file.toAbsolutePath().normalize();
            unreadable.remove(path);
            for (Slot slot : List.copyOf(slots.values())) {
                if (slot.of(path).isPresent()) {
                    successorOf(slot).ifPresent(this::arrived);
                    gone(slot, path);
                }
            }
        }
    }

    /** Of two steps, removing a file and writing one of another name, the second must not come too late for mail. */
    private Optional<Path> successorOf(Slot slot) {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path jar : jars) {
                if (slot.of(jar).isEmpty() && holds(jar, slot.name)) {
                    return Optional.of(jar);
                }
            }
        } catch (IOException e) {
            log.warn("{} cannot be listed: {}", folder, e.toString());
        }
        return Optional.empty();
    }

    private static boolean holds(Path jar, String name) {
        try {
            return BundleFile.read(jar).name().equals(name);
        } catch (IOException e) {
            return false; // on its way into the folder; it will be told of
        }
    }

    private void gone(Slot slot, Path path) {
        slot.of(path).ifPresent(slot.candidates::remove);
        settle(slot);
        forgetIfEmpty(slot);
    }

    /** What could not be resolved may find now what it needs. */
    private void retryUnresolved(Slot changed) {
        for (Slot slot : List.copyOf(slots.values())) {
            boolean again = false;
            for (Slot.Candidate candidate : slot.candidates) {
                if (slot != changed
                        && candidate.refused.isPresent()
                        && candidate.refused.get().why() == Refused.Why.UNRESOLVED) {
                    candidate.refused = Optional.empty();
                    again = true;
                }
            }
            if (again) {
                settle(slot);
            }
        }
    }

    // ---- one slot

    private Slot slot(String name) {
        Slot slot = slots.computeIfAbsent(name, Slot::new);
        if (slot.live.isEmpty() && slot.candidates.isEmpty()) {
            shipped(name).ifPresent(bundle -> {
                slot.shipped = Optional.of(bundle);
                if (bundle.getState() == Bundle.ACTIVE || bundle.getState() == Bundle.STARTING) {
                    slot.live = Optional.of(new Slot.Live(bundle, Optional.empty(), clock.instant()));
                }
            });
        }
        return slot;
    }

    private Optional<Bundle> shipped(String name) {
        for (Bundle bundle : context.getBundles()) {
            if (name.equals(bundle.getSymbolicName()) && !bundle.getLocation().startsWith(Trial.LOCATION)) {
                return Optional.of(bundle);
            }
        }
        return Optional.empty();
    }

    private void forgetIfEmpty(Slot slot) {
        if (slot.isEmpty()) {
            slots.remove(slot.name);
        }
    }

    /** Brings about what the files, the distribution and the operator say. */
    private void settle(Slot slot) {
        if (disabled.contains(slot.name)) {
            takeDown(slot, "disabled");
            return;
        }
        for (Slot.Candidate candidate : slot.bestFirst()) {
            if (slot.live.isPresent() && slot.live.get().isFrom(candidate)) {
                return;
            }
            if (candidate.refused.isEmpty() && tryOut(slot, candidate)) {
                return;
            }
        }
        boolean stays = slot.live.isPresent() && (slot.live.get().isShipped() || !slot.candidates.isEmpty());
        if (stays) {
            return;
        }
        if (slot.shipped.isPresent()) {
            backToShipped(slot);
        } else {
            takeDown(slot, "uninstalled");
        }
    }

    private boolean tryOut(Slot slot, Slot.Candidate candidate) {
        try {
            BundleFile file = BundleFile.read(candidate.path);
            if (!file.sum().equals(candidate.file.sum())) {
                return false; // it has changed meanwhile: that will be told
            }
            replace(slot, file);
            return true;
        } catch (IOException e) {
            return false; // it has gone meanwhile
        } catch (Refused refused) {
            candidate.refused = Optional.of(refused);
            return false;
        }
    }

    /** Puts this version in force, or says why not; either is recorded. */
    private void replace(Slot slot, BundleFile file) throws Refused {
        String before = slot.liveVersion();
        long began = System.nanoTime();
        try {
            Bundle bundle = trial.replace(file, slot.live);
            slot.live = Optional.of(new Slot.Live(bundle, Optional.of(file.remembered()), clock.instant()));
            slot.lastRefused = Optional.empty();
            String change = before.isEmpty() ? "installed" : "updated";
            log.info(
                    "{} {} {}{} in {} ms",
                    slot.name,
                    file.version(),
                    change,
                    before.isEmpty() ? "" : " from " + before,
                    (System.nanoTime() - began) / 1_000_000);
            record(slot.name, file.version().toString(), change, before, "", "");
        } catch (Refused refused) {
            String kept = before.isEmpty() ? "" : ", " + before + " stays";
            log.error("{} {} refused{}: {}", slot.name, file.version(), kept, refused.getMessage());
            record(slot.name, file.version().toString(), "refused", before, refused.word(), refused.getMessage());
            throw refused;
        }
    }

    private void takeDown(Slot slot, String change) {
        if (slot.live.isPresent()) {
            Slot.Live live = slot.live.get();
            slot.live = Optional.empty();
            trial.retire(live);
            log.info("{} {} {}", slot.name, live.version(), change);
            record(slot.name, live.version(), change, live.version(), "", "");
        }
    }

    private void backToShipped(Slot slot) {
        Bundle bundle = slot.shipped.orElseThrow();
        Optional<Slot.Live> before = slot.live;
        trial.restart(bundle);
        slot.live = Optional.of(new Slot.Live(bundle, Optional.empty(), clock.instant()));
        before.ifPresent(trial::retire);
        String was = before.map(Slot.Live::version).orElse("");
        log.info("{}: the distribution's {} is in force again", slot.name, slot.liveVersion());
        record(slot.name, slot.liveVersion(), was.isEmpty() ? "enabled" : "updated", was, "", "the distribution's own");
    }

    private void record(String bundle, String version, String change, String before, String why, String reason) {
        var record = new PluginChange(clock.instant(), bundle, version, change, before, why, reason);
        history.addLast(record);
        if (history.size() > REMEMBERED) {
            history.removeFirst();
        }
        records.accept(record);
    }

    // ---- the console

    /** What came of a request: words for the operator. */
    record Answer(boolean done, String text) {}

    /**
     * Tries a bundle and, if it passes, keeps it in the drop-in folder.
     *
     * @param update whether it must be there already, or must not
     */
    Answer put(Path source, boolean update) {
        synchronized (changing) {
            BundleFile file;
            try {
                file = BundleFile.read(source);
            } catch (IOException e) {
                String why = e instanceof java.nio.file.NoSuchFileException ? "does not exist" : e.getMessage();
                return new Answer(false, source + " " + why);
            }
            Slot slot = slot(file.name());
            Optional<Answer> unfit = unfit(slot, file, source, update);
            if (unfit.isPresent()) {
                forgetIfEmpty(slot);
                return unfit.get();
            }
            String before = slot.liveVersion();
            Slot.Candidate kept;
            try {
                Path draft = folder.resolve("." + file.name() + ".part");
                Files.write(draft, file.content());
                try {
                    replace(slot, file);
                } catch (Refused refused) {
                    Files.delete(draft);
                    slot.lastRefused = Optional.of(refused);
                    String stays = before.isEmpty() ? "" : "; " + before + " stays";
                    return new Answer(
                            false, file.name() + " " + file.version() + " is refused: " + refused.getMessage() + stays);
                }
                kept = keep(slot, draft, source, file);
            } catch (IOException e) {
                return new Answer(false, "the drop-in folder cannot be written: " + e);
            }
            retryUnresolved(slot);
            String was = before.isEmpty() ? " is live" : " is live in the place of " + before;
            return new Answer(
                    true, file.name() + " " + file.version() + was + "; kept as deploy/" + kept.path.getFileName());
        }
    }

    private Optional<Answer> unfit(Slot slot, BundleFile file, Path source, boolean update) {
        Path target = folder.resolve(source.getFileName());
        boolean there = slot.live.isPresent() || !slot.candidates.isEmpty() || slot.shipped.isPresent();
        if (disabled.contains(slot.name)) {
            return Optional.of(new Answer(false, slot.name + " is disabled: plugin enable " + slot.name));
        }
        if (update && !there) {
            return Optional.of(new Answer(false, slot.name + " is not there yet: plugin install " + source));
        }
        if (!update && there) {
            return Optional.of(
                    new Answer(false, slot.name + " " + slot.liveVersion() + " is there: plugin update " + source));
        }
        if (slot.live
                .flatMap(Slot.Live::file)
                .filter(live -> live.sum().equals(file.sum()))
                .isPresent()) {
            return Optional.of(new Answer(true, slot.name + " " + file.version() + " is what runs; nothing changed"));
        }
        if (others(target, slot).isPresent()) {
            return Optional.of(new Answer(
                    false, "deploy/" + target.getFileName() + " holds another plugin; give the file another name"));
        }
        return Optional.empty();
    }

    /** In the place of all files that held it, so that a restart finds what runs now. */
    private Slot.Candidate keep(Slot slot, Path draft, Path source, BundleFile file) throws IOException {
        String name = source.getFileName().toString();
        Path target = folder.resolve(name.endsWith(".jar") ? name : name + ".jar");
        var old = new ArrayList<>(slot.candidates);
        var kept = new Slot.Candidate(target, file);
        slot.candidates.clear();
        slot.candidates.add(kept);
        Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        for (Slot.Candidate one : old) {
            if (!one.path.equals(target)) {
                Files.deleteIfExists(one.path);
            }
        }
        return kept;
    }

    Answer uninstall(String name, boolean force) {
        synchronized (changing) {
            Slot slot = slot(name);
            if (slot.candidates.isEmpty()) {
                forgetIfEmpty(slot);
                String why = slot.shipped.isPresent()
                        ? name + " belongs to the distribution: plugin disable " + name
                        : name + " has no file in deploy/";
                return new Answer(false, why);
            }
            // The distribution's own takes its place, where there is one.
            Optional<Answer> required = required(slot, force || slot.shipped.isPresent());
            if (required.isPresent()) {
                return required.get();
            }
            String version = slot.liveVersion();
            try {
                for (Slot.Candidate candidate : List.copyOf(slot.candidates)) {
                    Files.deleteIfExists(candidate.path);
                }
            } catch (IOException e) {
                return new Answer(false, "the drop-in folder cannot be written: " + e);
            }
            slot.candidates.clear();
            settle(slot);
            String text = slot.live.isPresent()
                    ? name + " " + version + " is gone; the distribution's " + slot.liveVersion() + " is in force again"
                    : name + " " + version + " is gone";
            forgetIfEmpty(slot);
            return new Answer(true, text);
        }
    }

    private Optional<Answer> required(Slot slot, boolean force) {
        if (force || slot.live.isEmpty()) {
            return Optional.empty();
        }
        List<HookRunner.Need> needs = trial.requiredOf(slot.live.get().bundle());
        return needs.isEmpty()
                ? Optional.empty()
                : Optional.of(new Answer(
                        false,
                        "binding " + needs.getFirst().binding() + " requires " + slot.name
                                + ": mail would be put off (451) without it; add --force if that is meant"));
    }

    Answer disable(String name, boolean force) {
        synchronized (changing) {
            Slot slot = slot(name);
            if (slot.isEmpty()) {
                forgetIfEmpty(slot);
                return new Answer(false, "there is no bundle " + name);
            }
            Optional<Answer> required = required(slot, force);
            if (required.isPresent()) {
                return required.get();
            }
            try {
                disabled.set(name, true);
            } catch (IOException e) {
                return new Answer(false, "cannot be remembered, hence not done: " + e);
            }
            settle(slot);
            return new Answer(true, name + " is disabled, also after a restart; plugin enable " + name);
        }
    }

    Answer enable(String name) {
        synchronized (changing) {
            if (!disabled.contains(name)) {
                return new Answer(false, name + " is not disabled");
            }
            try {
                disabled.set(name, false);
            } catch (IOException e) {
                return new Answer(false, "cannot be remembered, hence not done: " + e);
            }
            Slot slot = slot(name);
            slot.candidates.forEach(candidate -> candidate.refused = Optional.empty());
            settle(slot);
            if (slot.live.isPresent()) {
                return new Answer(true, name + " " + slot.liveVersion() + " is live");
            }
            String why = slot.candidates.stream()
                    .flatMap(candidate -> candidate.refused.stream())
                    .map(refused -> ": " + refused.getMessage())
                    .findFirst()
                    .orElse("");
            return new Answer(false, name + " is enabled but not live" + why);
        }
    }

    // ---- what tables show

    /**
     * A line of {@code plugin list}.
     *
     * @param state {@code live}, {@code waiting}, {@code refused}, {@code disabled}, {@code replaced}
     * @param from {@code system} or the file in {@code deploy}
     */
    record Line(
            String name,
            String version,
            String state,
            String from,
            List<PluginServices.Offer> offers,
            String reason,
            Optional<Slot.Live> live) {}

    List<Line> lines() {
        synchronized (changing) {
            for (Bundle bundle : context.getBundles()) {
                if (isPlugin(bundle)) {
                    slot(bundle.getSymbolicName());
                }
            }
            var lines = new ArrayList<Line>();
            slots.values().forEach(slot -> lines.addAll(lines(slot)));
            unreadable.forEach((path, refused) -> lines.add(new Line(
                    path.getFileName().toString(),
                    "",
                    "refused",
                    "deploy/" + path.getFileName(),
                    List.of(),
                    refused.getMessage(),
                    Optional.empty())));
            return lines;
        }
    }

    private boolean isPlugin(Bundle bundle) {
        String name = bundle.getSymbolicName();
        return name != null
                && !bundle.getLocation().startsWith(Trial.LOCATION)
                && (name.startsWith("plugins.")
                        || !name.startsWith("mta.") && !services.offers(bundle).isEmpty());
    }

    private List<Line> lines(Slot slot) {
        var lines = new ArrayList<Line>();
        slot.live.ifPresent(live -> lines.add(liveLine(slot, live)));
        for (Slot.Candidate candidate : slot.bestFirst()) {
            boolean runs = slot.live.isPresent() && slot.live.get().isFrom(candidate);
            if (!runs) {
                String state = candidate.refused.isPresent() ? "refused" : disabled(slot) ? "disabled" : "replaced";
                String reason =
                        candidate.refused.map(Refused::getMessage).orElse(disabled(slot) ? "" : "a newer one runs");
                lines.add(new Line(
                        slot.name,
                        candidate.file.version().toString(),
                        state,
                        "deploy/" + candidate.path.getFileName(),
                        List.of(),
                        reason,
                        Optional.empty()));
            }
        }
        boolean shippedRests = slot.shipped.isPresent()
                && slot.live.filter(Slot.Live::isShipped).isEmpty();
        if (shippedRests) {
            lines.add(new Line(
                    slot.name,
                    slot.shipped.get().getVersion().toString(),
                    disabled(slot) ? "disabled" : "replaced",
                    "system",
                    List.of(),
                    disabled(slot) ? "" : "by the one in deploy/",
                    Optional.empty()));
        }
        return lines;
    }

    private boolean disabled(Slot slot) {
        return disabled.contains(slot.name);
    }

    private Line liveLine(Slot slot, Slot.Live live) {
        List<PluginServices.Offer> offers = services.offers(live.bundle());
        List<String> waits = components.waits(live.bundle());
        String from = live.isShipped()
                ? "system"
                : slot.candidates.stream()
                        .filter(live::isFrom)
                        .map(candidate -> "deploy/" + candidate.path.getFileName())
                        .findFirst()
                        .orElse("its file has changed");
        boolean waiting = offers.isEmpty() && !waits.isEmpty();
        String reason = slot.lastRefused
                .map(refused -> "last update refused: " + refused.getMessage())
                .orElse(String.join("; ", waits));
        return new Line(
                slot.name, live.version(), waiting ? "waiting" : "live", from, offers, reason, Optional.of(live));
    }

    /** The last changes of this bundle, oldest first. */
    List<PluginChange> history(String bundle) {
        synchronized (changing) {
            return history.stream().filter(one -> one.bundle().equals(bundle)).toList();
        }
    }
}
