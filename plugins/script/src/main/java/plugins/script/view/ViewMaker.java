package plugins.script.view;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_VARARGS;

import java.lang.classfile.Annotation;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.RuntimeVisibleAnnotationsAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;

/**
 * Makes the view class of a type: for each method one of the same name that calls it and turns its answer into what a
 * script expects. Generated, not a proxy, because a call through an interpreter's generic object protocol costs several
 * times as much. The class lives in a loader of its own, which goes with the type.
 */
final class ViewMaker {

    private static final ClassDesc VIEW = desc(View.class);
    private static final ClassDesc VALUE = desc(Value.class);
    private static final ClassDesc VALUES = VALUE.arrayType();
    private static final ClassDesc OBJECT = ConstantDescs.CD_Object;
    private static final ClassDesc CLASS = ConstantDescs.CD_Class;
    private static final MethodTypeDesc CONSTRUCTOR = MethodTypeDesc.of(ConstantDescs.CD_void, OBJECT);
    private static final RuntimeVisibleAnnotationsAttribute EXPORTED =
            RuntimeVisibleAnnotationsAttribute.of(Annotation.of(desc(HostAccess.Export.class)));

    private ViewMaker() {}

    /** @return makes a view of an instance: {@code (Object)View} */
    static MethodHandle make(Class<?> type) {
        String name = "plugins.script.view.made." + type.getSimpleName();
        byte[] octets = ClassFile.of().build(ClassDesc.of(name), view -> build(view, type));
        Class<?> made = new ViewLoader(type.getClassLoader()).define(name, octets);
        try {
            return MethodHandles.publicLookup()
                    .findConstructor(made, MethodType.methodType(void.class, Object.class))
                    .asType(MethodType.methodType(View.class, Object.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no view of " + type, e);
        }
    }

    private static void build(ClassBuilder view, Class<?> type) {
        view.withFlags(ACC_PUBLIC | ACC_FINAL).withSuperclass(VIEW);
        view.withMethodBody(
                ConstantDescs.INIT_NAME,
                CONSTRUCTOR,
                ACC_PUBLIC,
                code -> code.aload(0)
                        .aload(1)
                        .invokespecial(VIEW, ConstantDescs.INIT_NAME, CONSTRUCTOR)
                        .return_());
        List<Method> methods = Shape.of(type).methods();
        for (int i = 0; i < methods.size(); i++) {
            int index = i;
            Method method = methods.get(i);
            MethodTypeDesc signature = MethodTypeDesc.of(
                    seenAs(method.getReturnType(), OBJECT),
                    Arrays.stream(method.getParameterTypes())
                            .map(parameter -> seenAs(parameter, isRest(method, parameter) ? VALUES : VALUE))
                            .toList());
            int flags = method.isVarArgs() ? ACC_PUBLIC | ACC_VARARGS : ACC_PUBLIC;
            view.withMethod(
                    method.getName(),
                    signature,
                    flags,
                    made -> made.with(EXPORTED).withCode(code -> body(code, type, method, index)));
        }
    }

    private static void body(CodeBuilder code, Class<?> type, Method method, int index) {
        code.aload(0).getfield(VIEW, "target", OBJECT).checkcast(desc(type));
        Class<?>[] parameters = method.getParameterTypes();
        int slot = 1;
        for (int i = 0; i < parameters.length; i++) {
            if (isDirect(parameters[i])) {
                TypeKind kind = TypeKind.from(parameters[i]);
                code.loadLocal(kind, slot);
                slot += kind.slotSize();
            } else if (isRest(method, parameters[i])) {
                code.aload(slot++).loadConstant(desc(parameters[i]));
                code.invokestatic(VIEW, "inAll", MethodTypeDesc.of(OBJECT, VALUES, CLASS))
                        .checkcast(desc(parameters[i]));
            } else {
                code.aload(slot++).loadConstant(desc(type)).loadConstant(index).loadConstant(i);
                code.invokestatic(
                        VIEW,
                        "in",
                        MethodTypeDesc.of(OBJECT, VALUE, CLASS, ConstantDescs.CD_int, ConstantDescs.CD_int));
                code.checkcast(desc(parameters[i]));
            }
        }
        MethodTypeDesc called = MethodTypeDesc.of(
                desc(method.getReturnType()),
                Arrays.stream(parameters).map(ViewMaker::desc).toList());
        if (type.isInterface()) {
            code.invokeinterface(desc(type), method.getName(), called);
        } else {
            code.invokevirtual(desc(type), method.getName(), called);
        }
        answer(code, method.getReturnType());
    }

    private static void answer(CodeBuilder code, Class<?> type) {
        if (type == void.class || isDirect(type)) {
            code.return_(TypeKind.from(type));
        } else if (type.isInterface() && Outward.isViewed(type)) {
            code.loadConstant(desc(type))
                    .invokestatic(VIEW, "out", MethodTypeDesc.of(OBJECT, OBJECT, CLASS))
                    .areturn();
        } else {
            code.invokestatic(VIEW, "out", MethodTypeDesc.of(OBJECT, OBJECT)).areturn();
        }
    }

    private static boolean isRest(Method method, Class<?> parameter) {
        return method.isVarArgs() && parameter.isArray();
    }

    /** What passes as it is: numbers, booleans and strings. */
    private static boolean isDirect(Class<?> type) {
        return type.isPrimitive() || type == String.class;
    }

    private static ClassDesc seenAs(Class<?> type, ClassDesc otherwise) {
        return isDirect(type) ? desc(type) : otherwise;
    }

    private static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }

    /** Sees the view's superclass here and the type where it comes from, which may be another bundle. */
    private static final class ViewLoader extends ClassLoader {

        private final ClassLoader types;

        ViewLoader(ClassLoader types) {
            super(View.class.getClassLoader());
            this.types = types;
        }

        Class<?> define(String name, byte[] octets) {
            return defineClass(name, octets, 0, octets.length);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (types == null) {
                throw new ClassNotFoundException(name);
            }
            return types.loadClass(name);
        }
    }
}
