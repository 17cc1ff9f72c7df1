package mta.testkit.author.pages;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The comments of the plugin API, read with the compiler's own parser.
 *
 * @param comments by {@code mta.plugins.api.Reply} for a type and {@code mta.plugins.api.Reply#text(0)} for a method
 *     with that many parameters
 */
record ApiSource(Map<String, Comment> comments) {

    static ApiSource read(Path sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Path> files;
        try (Stream<Path> all = Files.walk(sources)) {
            files = all.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("package-info.java"))
                    .sorted()
                    .toList();
        }
        var comments = new TreeMap<String, Comment>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            var task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            Trees trees = Trees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new Scan(trees, unit, comments).scan(unit, null);
            }
        }
        return new ApiSource(comments);
    }

    Optional<Comment> type(Class<?> type) {
        return Optional.ofNullable(comments.get(type.getName().replace('$', '.')));
    }

    Optional<Comment> method(java.lang.reflect.Method method) {
        String owner = method.getDeclaringClass().getName().replace('$', '.');
        return Optional.ofNullable(
                comments.get(owner + "#" + method.getName() + "(" + method.getParameterCount() + ")"));
    }

    /** Walks one file. */
    private static final class Scan extends TreePathScanner<Void, Void> {

        private final Trees trees;
        private final CompilationUnitTree unit;
        private final Map<String, Comment> comments;

        Scan(Trees trees, CompilationUnitTree unit, Map<String, Comment> comments) {
            this.trees = trees;
            this.unit = unit;
            this.comments = comments;
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            keep(name(getCurrentPath()));
            return super.visitClass(type, nothing);
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            keep(name(getCurrentPath().getParentPath()) + "#" + method.getName() + "("
                    + method.getParameters().size() + ")");
            return null; // nothing within a method is part of the API
        }

        private void keep(String name) {
            String raw = trees.getDocComment(getCurrentPath());
            if (raw != null) {
                comments.putIfAbsent(name, Comment.parse(raw));
            }
        }

        private String name(TreePath path) {
            var name = new StringBuilder();
            for (Tree each : path) {
                if (each instanceof ClassTree type) {
                    name.insert(0, "." + type.getSimpleName());
                }
            }
            return unit.getPackageName() + name.toString();
        }
    }
}
