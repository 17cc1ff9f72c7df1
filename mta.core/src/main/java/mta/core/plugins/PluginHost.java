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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Function;
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
 * time for each bundle, on the thread that watches the folder or the console's; changes of different bundles do not wait
 * for each other, so that a plugin whose calls take long to end holds up nobody else's. Mail waits for none of it.
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

    /** By symbolic name. One changes a slot only in its turn ({@link #alone}); anybody may look. */
    private final Map<String, Slot> slots = new ConcurrentSkipListMap<>();

    /** Files that are no bundles, and why. */
    private final Map<Path, Refused> unreadable = new ConcurrentSkipListMap<>();

    /** Guarded by itself. */
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
        Path path = file.toAbsolutePath().normalize();
        BundleFile bundle;
        try {
            bundle = BundleFile.read(path);
        } catch (IOException e) {
            refuseFile(path, new Refused(Refused.Why.UNREADABLE, String.valueOf(e.getMessage())));
            return;
        }
        unreadable.remove(path);
        others(path, bundle.name()).ifPresent(other -> gone(other, path));
        boolean news = alone(bundle.name(), slot -> {
            Optional<Slot.Candidate> known = slot.of(path);
            if (known.isPresent() && known.get().file.sum().equals(bundle.sum())) {
                return false;
            }
            var fresh = new Slot.Candidate(path, bundle);
            if (read(fresh).isEmpty()) {
                return false; // it has changed again while this waited for its turn: that will be told
            }
            known.ifPresent(slot.candidates::remove);
            slot.candidates.add(fresh);
            settle(slot);
            return true;
        });
        if (news) {
            follow();
        }
    }

    /** Who has this file, if it held a bundle of another name. */
    private Optional<String> others(Path path, String name) {
        return slots.values().stream()
                .filter(other -> !other.name.equals(name) && other.of(path).isPresent())
                .map(other -> other.name)
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
        Path path = file.toAbsolutePath().normalize();
        unreadable.remove(path);
        for (Slot slot : slots.values()) {
            if (slot.of(path).isPresent()) {
                successorOf(slot).ifPresent(this::arrived);
                gone(slot.name, path);
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

    private void gone(String name, Path path) {
        alone(name, slot -> {
            slot.of(path).ifPresent(slot.candidates::remove);
            settle(slot);
            return true;
        });
        follow();
    }

    // ---- bundles that need others

    /**
     * After a change: bundles that lost what they need wait for it again, and those that wait are tried together, for they
     * may need each other.
     */
    private void follow() {
        slots.keySet().forEach(this::strand);
        List<String> waiting = slots.values().stream()
                .filter(slot -> slot.candidates.stream().anyMatch(Slot.Candidate::waits))
                .map(slot -> slot.name)
                .sorted()
                .toList();
        if (!waiting.isEmpty()) {
            together(waiting, List.of());
        }
    }

    private void strand(String name) {
        Slot look = slots.get(name);
        if (look == null || !isStranded(look)) {
            return;
        }
        alone(name, slot -> {
            if (isStranded(slot)) {
                Slot.Live live = slot.live.orElseThrow();
                Refused why = trial.unresolved(live.bundle());
                slot.live = Optional.empty();
                trial.retire(live);
                slot.candidates.stream().filter(live::isFrom).forEach(candidate -> refuse(slot, candidate, why));
            }
            return true;
        });
    }

    /** It ran, and was stopped because the bundle whose classes it needs has gone. */
    private static boolean isStranded(Slot slot) {
        return slot.live
                .filter(live -> !live.isShipped() && live.bundle().getState() == Bundle.INSTALLED)
                .isPresent();
    }

    /** Takes the turn of each slot, in the order of their names, so that two who do this do not wait for each other. */
    private void together(List<String> names, List<Slot> entered) {
        if (entered.size() == names.size()) {
            tryTogether(entered);
            return;
        }
        alone(names.get(entered.size()), slot -> {
            var more = new ArrayList<>(entered);
            more.add(slot);
            together(names, more);
            return true;
        });
    }

    private void tryTogether(List<Slot> waiting) {
        var cases = new LinkedHashMap<Slot.Candidate, Trial.Case>();
        var owners = new HashMap<Slot.Candidate, Slot>();
        for (Slot slot : waiting) {
            best(slot)
                    .ifPresent(candidate -> read(candidate).ifPresent(file -> {
                        cases.put(candidate, new Trial.Case(file, slot.live));
                        owners.put(candidate, slot);
                    }));
        }
        long began = System.nanoTime();
        trial.run(List.copyOf(cases.values()));
        cases.forEach((candidate, one) -> {
            Slot slot = owners.get(candidate);
            one.refused().ifPresentOrElse(why -> refuse(slot, candidate, why), () -> {
                candidate.refused = Optional.empty();
                inForce(slot, one, began);
            });
        });
    }

    /** What would run of a slot, if it is one that waits. */
    private Optional<Slot.Candidate> best(Slot slot) {
        return disabled(slot)
                ? Optional.empty()
                : slot.bestFirst().stream()
                        .takeWhile(candidate ->
                                slot.live.filter(live -> live.isFrom(candidate)).isEmpty())
                        .filter(Slot.Candidate::waits)
                        .findFirst();
    }

    /** Empty if it has changed or gone meanwhile: that will be told. */
    private static Optional<BundleFile> read(Slot.Candidate candidate) {
        try {
            return Optional.of(BundleFile.read(candidate.path))
                    .filter(file -> file.sum().equals(candidate.file.sum()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    // ---- one slot

    /**
     * Changes one slot, in its turn. Not called within itself but by {@link #together}: what concerns several bundles is
     * done to one after the other, so that no two threads wait for each other.
     */
    private <R> R alone(String name, Function<Slot, R> change) {
        while (true) {
            Slot slot = slots.computeIfAbsent(name, Slot::new);
            slot.turn.lock();
            try {
                if (slots.get(name) == slot) {
                    adopt(slot);
                    return change.apply(slot);
                }
            } finally {
                forgetIfEmpty(slot);
                slot.turn.unlock();
            }
        }
    }

    /** Takes note of the distribution's own bundle, where nothing else is known of that name. */
    private void adopt(Slot slot) {
        if (slot.live.isEmpty() && slot.candidates.isEmpty()) {
            shipped(slot.name).ifPresent(bundle -> {
                slot.shipped = Optional.of(bundle);
                if (bundle.getState() == Bundle.ACTIVE || bundle.getState() == Bundle.STARTING) {
                    slot.live = Optional.of(new Slot.Live(bundle, Optional.empty(), clock.instant()));
                }
            });
        }
    }

    /** As {@link #alone}, for who only looks: does not wait for whoever is changing it. */
    private void notice(String name) {
        Slot slot = slots.computeIfAbsent(name, Slot::new);
        if (slot.turn.tryLock()) {
            try {
                adopt(slot);
            } finally {
                forgetIfEmpty(slot);
                slot.turn.unlock();
            }
        }
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
            slots.remove(slot.name, slot);
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
        Optional<BundleFile> file = read(candidate);
        if (file.isEmpty()) {
            return false;
        }
        Optional<Refused> refused = replace(slot, file.get());
        candidate.refused = refused;
        if (candidate.waits() && othersWait(slot)) {
            return false; // they are tried together next: what comes of that is told
        }
        refused.ifPresent(why -> refuse(slot, candidate, why));
        return refused.isEmpty();
    }

    private boolean othersWait(Slot slot) {
        return slots.values().stream()
                .anyMatch(other -> other != slot && other.candidates.stream().anyMatch(Slot.Candidate::waits));
    }

    private void refuse(Slot slot, Slot.Candidate candidate, Refused why) {
        candidate.refused = Optional.of(why);
        if (!candidate.told.equals(why.getMessage())) {
            candidate.told = why.getMessage();
            tell(slot, candidate.file, why);
        }
    }

    private void tell(Slot slot, BundleFile file, Refused why) {
        String before = slot.liveVersion();
        String kept = before.isEmpty() ? "" : ", " + before + " stays";
        log.error("{} {} refused{}: {}", slot.name, file.version(), kept, why.getMessage());
        record(slot.name, file.version().toString(), "refused", before, why.word(), why.getMessage());
    }

    /** Puts this version in force, which is recorded, or answers why not. */
    private Optional<Refused> replace(Slot slot, BundleFile file) {
        long began = System.nanoTime();
        var one = new Trial.Case(file, slot.live);
        trial.run(List.of(one));
        if (one.refused().isEmpty()) {
            inForce(slot, one, began);
        }
        return one.refused();
    }

    private void inForce(Slot slot, Trial.Case one, long began) {
        String before = slot.liveVersion();
        BundleFile file = one.file();
        slot.live = Optional.of(new Slot.Live(one.bundle(), Optional.of(file.remembered()), clock.instant()));
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
        synchronized (history) {
            history.addLast(record);
            if (history.size() > REMEMBERED) {
                history.removeFirst();
            }
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
        BundleFile file;
        try {
            file = BundleFile.read(source);
        } catch (IOException e) {
            String why = e instanceof java.nio.file.NoSuchFileException ? "does not exist" : e.getMessage();
            return new Answer(false, source + " " + why);
        }
        Answer answer =
                alone(file.name(), slot -> unfit(slot, file, source, update).orElseGet(() -> put(slot, file, source)));
        if (answer.done()) {
            follow();
        }
        return answer;
    }

    private Answer put(Slot slot, BundleFile file, Path source) {
        String before = slot.liveVersion();
        try {
            Path draft = folder.resolve("." + file.name() + ".part");
            Files.write(draft, file.content());
            Optional<Refused> refused = replace(slot, file);
            if (refused.isPresent()) {
                tell(slot, file, refused.get());
                Files.delete(draft);
                slot.lastRefused = refused;
                String stays = before.isEmpty() ? "" : "; " + before + " stays";
                String hint = refused.get().why() == Refused.Why.UNRESOLVED
                        ? "; bundles that need each other are copied to deploy/, all of them"
                        : "";
                return new Answer(
                        false,
                        file.name() + " " + file.version() + " is refused: "
                                + refused.get().getMessage() + stays + hint);
            }
            Slot.Candidate kept = keep(slot, draft, source, file);
            String was = before.isEmpty() ? " is live" : " is live in the place of " + before;
            return new Answer(
                    true, file.name() + " " + file.version() + was + "; kept as deploy/" + kept.path.getFileName());
        } catch (IOException e) {
            return new Answer(false, "the drop-in folder cannot be written: " + e);
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
        if (others(target, slot.name).isPresent()) {
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
        Answer answer = alone(name, slot -> uninstall(slot, force));
        follow();
        return answer;
    }

    private Answer uninstall(Slot slot, boolean force) {
        String name = slot.name;
        if (slot.candidates.isEmpty()) {
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
            for (Slot.Candidate candidate : slot.candidates) {
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
        return new Answer(true, text);
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
        Answer answer = alone(name, slot -> disable(slot, force));
        follow();
        return answer;
    }

    private Answer disable(Slot slot, boolean force) {
        String name = slot.name;
        if (slot.isEmpty()) {
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

    Answer enable(String name) {
        Answer answer = alone(name, this::enable);
        follow();
        return answer;
    }

    private Answer enable(Slot slot) {
        String name = slot.name;
        if (!disabled.contains(name)) {
            return new Answer(false, name + " is not disabled");
        }
        try {
            disabled.set(name, false);
        } catch (IOException e) {
            return new Answer(false, "cannot be remembered, hence not done: " + e);
        }
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

    // ---- what tables show

    /**
     * A line of {@code plugin list}.
     *
     * @param state {@code live}, {@code starting}, {@code waiting}, {@code refused}, {@code disabled}, {@code replaced}
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
        for (Bundle bundle : context.getBundles()) {
            if (isPlugin(bundle)) {
                notice(bundle.getSymbolicName());
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

    private boolean isPlugin(Bundle bundle) {
        String name = bundle.getSymbolicName();
        return name != null
                && !bundle.getLocation().startsWith(Trial.LOCATION)
                && (name.startsWith("plugins.")
                        || !name.startsWith("mta.") && !services.offers(bundle).isEmpty());
    }

    private List<Line> lines(Slot slot) {
        var lines = new ArrayList<Line>();
        Optional<Slot.Live> live = slot.live;
        live.ifPresent(runs -> lines.add(liveLine(slot, runs)));
        for (Slot.Candidate candidate : slot.bestFirst()) {
            if (live.filter(runs -> runs.isFrom(candidate)).isEmpty()) {
                Optional<Refused> refused = candidate.refused;
                lines.add(new Line(
                        slot.name,
                        candidate.file.version().toString(),
                        candidate.waits() ? "waiting" : refused.isPresent() ? "refused" : rest(slot),
                        "deploy/" + candidate.path.getFileName(),
                        List.of(),
                        refused.map(Refused::getMessage)
                                .orElse(rest(slot).equals("replaced") ? "a newer one runs" : ""),
                        Optional.empty()));
            }
        }
        boolean isShipped = live.filter(Slot.Live::isShipped).isPresent();
        slot.shipped
                .filter(_ -> !isShipped)
                .ifPresent(rests -> lines.add(new Line(
                        slot.name,
                        rests.getVersion().toString(),
                        disabled(slot) ? "disabled" : "replaced",
                        "system",
                        List.of(),
                        disabled(slot) ? "" : "by the one in deploy/",
                        Optional.empty())));
        return lines;
    }

    /** Why a file that was not refused does not run. */
    private String rest(Slot slot) {
        return disabled(slot) ? "disabled" : slot.turn.isLocked() ? "starting" : "replaced";
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
        synchronized (history) {
            return history.stream().filter(one -> one.bundle().equals(bundle)).toList();
        }
    }
}
