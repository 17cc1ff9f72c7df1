package mta.core.hooks;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import mta.plugins.api.Verdict;
import mta.plugins.api.hooks.Decision;
import mta.plugins.api.hooks.FailureAction;
import mta.plugins.api.hooks.Pin;
import mta.plugins.api.hooks.Selector;
import mta.plugins.api.hooks.Stage;
import mta.plugins.api.hooks.Unresolved;

/** A stage that can be run: goes through the chain of the pinned plan on the caller's thread. Thread-safe. */
public final class HookStage<T> implements Stage<T> {

    /** All bindings of one stage together; those that come too late for it count as failed, each by its own action. */
    private static final long BUDGET_NANOS = 300_000_000_000L;

    private final HookRunner runner;
    private final Class<T> point;
    private final String name;
    private final int number;

    HookStage(HookRunner runner, Class<T> point, String name, int number) {
        this.runner = runner;
        this.point = point;
        this.name = name;
        this.number = number;
    }

    String name() {
        return name;
    }

    int number() {
        return number;
    }

    Class<T> point() {
        return point;
    }

    @SuppressWarnings("unchecked") // chains are built for the point that the number belongs to
    private Link<T>[] chain(Pin pin) {
        return (Link<T>[]) ((PlanPin) pin).pinned().chain(number);
    }

    /** Those bound at this stage, for observers that need a queue each. */
    public List<Link<T>> links(Pin pin) {
        return Arrays.asList(chain(pin));
    }

    @Override
    public boolean bound(Pin pin, Selector selector) {
        for (Link<T> link : chain(pin)) {
            if (link.matches(selector)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Decision decide(Pin pin, Selector selector, Work<T, Verdict> work) {
        var planPin = (PlanPin) pin;
        Decision decision = Decision.NEXT;
        String ended = null;
        long budgetEnd = System.nanoTime() + BUDGET_NANOS;
        for (Link<T> link : chain(pin)) {
            Binding binding = link.binding();
            boolean skipped =
                    ended != null && (!binding.required() || binding.yieldsTo().contains(ended));
            if (skipped || !link.matches(selector) || planPin.isSatisfied(binding)) {
                continue;
            }
            Verdict verdict = verdictOf(runner.call(link, planPin, selector, work, budgetEnd), link);
            switch (verdict) {
                case Verdict.Next _ -> {}
                case Verdict.Refuse _, Verdict.Discard _ -> {
                    return new Decision(verdict, binding.name());
                }
                case Verdict.Accept accept -> {
                    if (accept.scope() != Verdict.Scope.STAGE) {
                        planPin.satisfy(binding, accept.scope() == Verdict.Scope.SESSION);
                    }
                    if (binding.ends()) {
                        ended = ended == null ? binding.name() : ended;
                    }
                    decision = stronger(decision, verdict, binding);
                }
                case Verdict.Later _, Verdict.Hold _ -> decision = stronger(decision, verdict, binding);
            }
        }
        return decision;
    }

    private static <T> Verdict verdictOf(Result<Verdict> result, Link<T> link) {
        return switch (result) {
            case Result.Returned<Verdict>(Verdict verdict) -> verdict;
            case Result.Failed<Verdict> failed -> Failures.verdict(failed.action(), link.hook());
        };
    }

    /** Hold wins over Later, Later over Accept, Accept over no opinion; among equals the first. */
    private static Decision stronger(Decision before, Verdict verdict, Binding binding) {
        return strength(verdict) > strength(before.verdict()) ? new Decision(verdict, binding.name()) : before;
    }

    private static int strength(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Next _ -> 0;
            case Verdict.Accept _ -> 1;
            case Verdict.Later _ -> 2;
            case Verdict.Hold _ -> 3;
            case Verdict.Discard _, Verdict.Refuse _ -> 4;
        };
    }

    @Override
    public <R> Optional<R> resolve(Pin pin, Selector selector, Work<T, Optional<R>> work) throws Unresolved {
        long budgetEnd = System.nanoTime() + BUDGET_NANOS;
        for (Link<T> link : chain(pin)) {
            if (!link.matches(selector)) {
                continue;
            }
            switch (runner.call(link, (PlanPin) pin, selector, work, budgetEnd)) {
                case Result.Returned<Optional<R>>(Optional<R> answer) -> {
                    if (answer.isPresent()) {
                        return answer;
                    }
                }
                case Result.Failed<Optional<R>>(FailureAction action, String what) -> {
                    if (action != FailureAction.NEXT) {
                        throw new Unresolved("binding " + link.binding().name() + ": " + what);
                    }
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void observe(Pin pin, Selector selector, Notice<T> notice) {
        for (Link<T> link : chain(pin)) {
            if (link.matches(selector)) {
                tell(link, pin, selector, notice);
            }
        }
    }

    /** Tells one observer. @return whether it took it; a failure has been recorded */
    public boolean tell(Link<T> link, Pin pin, Selector selector, Notice<T> notice) {
        Work<T, Boolean> work = (plugin, call) -> {
            notice.tell(plugin, call);
            return true;
        };
        long budgetEnd = System.nanoTime() + BUDGET_NANOS;
        return runner.call(link, (PlanPin) pin, selector, work, budgetEnd) instanceof Result.Returned<Boolean>;
    }
}
