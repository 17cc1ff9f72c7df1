package mta.core.plugins;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/** Says in words why a bundle does not resolve: which package or capability nobody offers, or in which versions. */
final class Diagnosis {

    private static final Pattern PACKAGE = Pattern.compile("\\(osgi\\.wiring\\.package=([^)]+)\\)");
    private static final Pattern FROM = Pattern.compile("\\(version>=([^)]+)\\)");
    private static final Pattern BELOW = Pattern.compile("\\(!\\(version>=([^)]+)\\)\\)");
    private static final Pattern JAVA = Pattern.compile("\\(version=([^)]+)\\)");
    private static final String API = "mta.plugins.api";

    private Diagnosis() {}

    static Refused unresolved(Bundle bundle, BundleContext context) {
        List<BundleRevision> revisions = Arrays.stream(context.getBundles())
                .map(other -> other.adapt(BundleRevision.class))
                .filter(revision -> revision != null)
                .toList();
        List<BundleCapability> offered = revisions.stream()
                .flatMap(revision -> revision.getDeclaredCapabilities(null).stream())
                .toList();
        List<String> reasons = new ArrayList<>();
        List<String> behind = new ArrayList<>();
        boolean mayCome = true;
        for (BundleRequirement requirement : bundle.adapt(BundleRevision.class).getDeclaredRequirements(null)) {
            if (!mandatory(requirement)) {
                continue;
            }
            List<BundleCapability> fitting =
                    offered.stream().filter(requirement::matches).toList();
            if (fitting.isEmpty()) {
                reasons.add(words(requirement, offered));
                mayCome &= !isPlatform(requirement);
            } else if (fitting.stream()
                    .noneMatch(one -> isResolved(one) || one.getRevision().getBundle() == bundle)) {
                behind.add(fitting.getFirst().getRevision().getSymbolicName());
            }
        }
        if (reasons.isEmpty()) {
            behind.stream()
                    .distinct()
                    .map(name -> "bundle " + name + ", which does not resolve itself")
                    .forEach(reasons::add);
        }
        return new Refused(
                mayCome ? Refused.Why.UNRESOLVED : Refused.Why.API,
                reasons.isEmpty() ? frameworksWords(bundle) : "needs " + String.join("; ", reasons));
    }

    private static boolean isResolved(BundleCapability capability) {
        return capability.getRevision().getWiring() != null;
    }

    /** What the node itself is, and no bundle brings. */
    private static boolean isPlatform(BundleRequirement requirement) {
        if (requirement.getNamespace().equals(ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE)) {
            return true;
        }
        Matcher name = PACKAGE.matcher(requirement.getDirectives().getOrDefault(Constants.FILTER_DIRECTIVE, ""));
        return requirement.getNamespace().equals(PackageNamespace.PACKAGE_NAMESPACE)
                && name.find()
                && isApi(name.group(1));
    }

    private static boolean isApi(String name) {
        return name.equals(API) || name.startsWith(API + ".");
    }

    private static boolean mandatory(BundleRequirement requirement) {
        var directives = requirement.getDirectives();
        String resolution = directives.get(Constants.RESOLUTION_DIRECTIVE);
        String effective = directives.getOrDefault(Constants.EFFECTIVE_DIRECTIVE, Constants.EFFECTIVE_RESOLVE);
        return Constants.EFFECTIVE_RESOLVE.equals(effective)
                && !Constants.RESOLUTION_OPTIONAL.equals(resolution)
                && !"dynamic".equals(resolution);
    }

    private static String words(BundleRequirement requirement, List<BundleCapability> offered) {
        String filter = requirement.getDirectives().getOrDefault(Constants.FILTER_DIRECTIVE, "");
        Matcher name = PACKAGE.matcher(filter);
        if (requirement.getNamespace().equals(PackageNamespace.PACKAGE_NAMESPACE) && name.find()) {
            return packageWords(name.group(1), filter, offered);
        }
        Matcher java = JAVA.matcher(filter);
        if (requirement.getNamespace().equals(ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE)
                && java.find()) {
            return "Java " + java.group(1) + ", this is Java "
                    + Runtime.version().feature();
        }
        return "capability " + requirement.getNamespace() + " " + filter + ", which nothing offers";
    }

    private static String packageWords(String name, String filter, List<BundleCapability> offered) {
        var versions = new TreeSet<String>();
        for (BundleCapability capability : offered) {
            if (name.equals(capability.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE))) {
                versions.add(
                        String.valueOf(capability.getAttributes().get(PackageNamespace.CAPABILITY_VERSION_ATTRIBUTE)));
            }
        }
        String wanted = "package " + name + range(filter);
        if (versions.isEmpty()) {
            return wanted + ", which nothing offers";
        }
        String there = String.join(", ", versions);
        return isApi(name)
                ? wanted + ": it was built for another plugin API; this node has " + there
                : wanted + "; there is " + there;
    }

    private static String range(String filter) {
        Matcher from = FROM.matcher(BELOW.matcher(filter).replaceAll(""));
        Matcher below = BELOW.matcher(filter);
        if (!from.find()) {
            return "";
        }
        return below.find() ? " [" + from.group(1) + "," + below.group(1) + ")" : " from version " + from.group(1);
    }

    /** Each requirement is met for itself, but not all at once, or by a bundle that is itself not resolved. */
    private static String frameworksWords(Bundle bundle) {
        try {
            bundle.start(Bundle.START_TRANSIENT);
            return "does not resolve";
        } catch (BundleException | IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** The innermost cause, which is the plugin's own. */
    static String cause(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.toString();
    }
}
