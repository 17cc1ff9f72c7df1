package mta.launcher;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/** Says in words why a bundle does not run: which package or capability nobody offers, or what its start threw. */
final class Diagnosis {

    private static final Pattern FROM = Pattern.compile("\\(version>=([^)]+)\\)");
    private static final Pattern BELOW = Pattern.compile("\\(!\\(version>=([^)]+)\\)\\)");

    private Diagnosis() {}

    static List<String> of(Bundle bundle, BundleContext context) {
        List<String> reasons = new ArrayList<>();
        if (bundle.getState() == Bundle.INSTALLED) {
            reasons.addAll(missing(bundle, context));
        }
        if (reasons.isEmpty()) {
            reasons.add(startError(bundle));
        }
        return reasons;
    }

    private static List<String> missing(Bundle bundle, BundleContext context) {
        List<BundleCapability> offered = Arrays.stream(context.getBundles())
                .map(other -> other.adapt(BundleRevision.class))
                .filter(revision -> revision != null)
                .flatMap(revision -> revision.getDeclaredCapabilities(null).stream())
                .toList();
        return bundle.adapt(BundleRevision.class).getDeclaredRequirements(null).stream()
                .filter(Diagnosis::mandatory)
                .filter(requirement -> offered.stream().noneMatch(requirement::matches))
                .map(requirement ->
                        bundle.getSymbolicName() + " needs " + words(requirement) + ", which nothing offers")
                .toList();
    }

    private static boolean mandatory(BundleRequirement requirement) {
        var directives = requirement.getDirectives();
        boolean optional = Constants.RESOLUTION_OPTIONAL.equals(directives.get(Constants.RESOLUTION_DIRECTIVE))
                || "dynamic".equals(directives.get(Constants.RESOLUTION_DIRECTIVE));
        boolean atResolve = Constants.EFFECTIVE_RESOLVE.equals(
                directives.getOrDefault(Constants.EFFECTIVE_DIRECTIVE, Constants.EFFECTIVE_RESOLVE));
        return atResolve && !optional;
    }

    /** "package org.rocksdb [11.0.0,12.0.0)" for a package, the capability's filter as it stands for the others. */
    static String words(BundleRequirement requirement) {
        String filter = requirement.getDirectives().getOrDefault(Constants.FILTER_DIRECTIVE, "");
        if (!requirement.getNamespace().equals(PackageNamespace.PACKAGE_NAMESPACE)) {
            return "capability " + requirement.getNamespace() + " " + filter;
        }
        Matcher name = Pattern.compile("\\(osgi\\.wiring\\.package=([^)]+)\\)").matcher(filter);
        return "package " + (name.find() ? name.group(1) + range(filter) : filter);
    }

    private static String range(String filter) {
        Matcher from = FROM.matcher(BELOW.matcher(filter).replaceAll(""));
        Matcher below = BELOW.matcher(filter);
        if (!from.find()) {
            return "";
        }
        return below.find() ? " [" + from.group(1) + "," + below.group(1) + ")" : " from version " + from.group(1);
    }

    /** Starts it once more, for the sake of the exception. */
    private static String startError(Bundle bundle) {
        try {
            bundle.start(Bundle.START_TRANSIENT);
            return bundle.getSymbolicName() + " did not start in time";
        } catch (BundleException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return bundle.getSymbolicName() + ": " + cause;
        }
    }
}
