package mta.core.config;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads what bnd makes of {@code @ObjectClassDefinition} and {@code @Designate}: Metatype 1.4, section 105.8. */
final class MetatypeFile {

    private static final XMLInputFactory FACTORY = factory();

    private final Map<String, Map<String, Setting>> settings = new HashMap<>();
    private final Map<String, String> descriptions = new HashMap<>();
    private final List<Section> sections = new ArrayList<>();

    private MetatypeFile() {}

    private static XMLInputFactory factory() {
        // The JDK's own parser, whatever else a class loader may offer.
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory;
    }

    static List<Section> read(InputStream in) throws IOException {
        try {
            XMLStreamReader xml = FACTORY.createXMLStreamReader(in);
            var file = new MetatypeFile();
            file.read(xml);
            return file.sections;
        } catch (XMLStreamException e) {
            throw new IOException("broken metatype: " + e.getMessage(), e);
        }
    }

    private void read(XMLStreamReader xml) throws XMLStreamException {
        String definition = "";
        String pid = "";
        boolean several = false;
        while (xml.hasNext()) {
            if (xml.next() == XMLStreamConstants.START_ELEMENT) {
                switch (xml.getLocalName()) {
                    case "OCD" -> {
                        definition = attribute(xml, "id").orElse("");
                        descriptions.put(
                                definition, attribute(xml, "description").orElse(""));
                        settings.put(definition, new TreeMap<>());
                    }
                    case "AD" -> {
                        Setting setting = setting(xml);
                        settings.get(definition).put(setting.key(), setting);
                    }
                    case "Designate" -> {
                        several = attribute(xml, "factoryPid").isPresent();
                        pid = attribute(xml, "factoryPid")
                                .or(() -> attribute(xml, "pid"))
                                .orElse("");
                    }
                    case "Object" ->
                        designate(pid, several, attribute(xml, "ocdref").orElse(""));
                    default -> {
                        // not ours
                    }
                }
            }
        }
    }

    private void designate(String pid, boolean several, String definition) {
        if (pid.startsWith(Section.PREFIX) && settings.containsKey(definition)) {
            String name = pid.substring(Section.PREFIX.length());
            sections.add(new Section(
                    name, several, descriptions.get(definition), settings.get(definition), Optional.empty()));
        }
    }

    private static Setting setting(XMLStreamReader xml) throws XMLStreamException {
        String id = attribute(xml, "id").orElse("");
        boolean open = attribute(xml, "name").orElse("").endsWith(".*");
        int cardinality = attribute(xml, "cardinality").map(Integer::parseInt).orElse(0);
        Optional<String> defaults = attribute(xml, "default");
        String description = attribute(xml, "description").orElse("");
        boolean required = attribute(xml, "required").map(Boolean::parseBoolean).orElse(true)
                && defaults.isEmpty()
                && cardinality == 0
                && !open;
        Setting.Type type = type(attribute(xml, "type").orElse("String"));
        Optional<String> min = attribute(xml, "min");
        Optional<String> max = attribute(xml, "max");
        return new Setting(
                // A key that is a word of Java carries an underscore, which the annotation's rules make a dot.
                id.endsWith(".") ? id.substring(0, id.length() - 1) : id,
                type,
                cardinality != 0,
                open,
                required,
                defaults.map(text -> cardinality == 0 ? List.of(unescape(text)) : split(text))
                        .orElse(List.of()),
                options(xml),
                min,
                max,
                Setting.Amounts.of(description),
                description);
    }

    private static Setting.Type type(String name) {
        return switch (name) {
            case "Integer", "Short", "Byte" -> Setting.Type.INTEGER;
            case "Long" -> Setting.Type.LONG;
            case "Double", "Float" -> Setting.Type.DOUBLE;
            case "Boolean" -> Setting.Type.BOOLEAN;
            default -> Setting.Type.STRING;
        };
    }

    private static List<String> options(XMLStreamReader xml) throws XMLStreamException {
        var options = new ArrayList<String>();
        while (xml.next() != XMLStreamConstants.END_ELEMENT
                || !xml.getLocalName().equals("AD")) {
            if (xml.isStartElement() && xml.getLocalName().equals("Option")) {
                attribute(xml, "value").ifPresent(options::add);
            }
        }
        return options;
    }

    /** Values of a list are separated by commas; a backslash takes the next character as it is. */
    private static List<String> split(String text) {
        var values = new ArrayList<String>();
        var value = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                value.append(text.charAt(++i));
            } else if (c == ',') {
                values.add(value.toString().strip());
                value.setLength(0);
            } else {
                value.append(c);
            }
        }
        values.add(value.toString().strip());
        values.removeIf(String::isEmpty);
        return values;
    }

    /** bnd escapes single values as well. */
    private static String unescape(String text) {
        return text.replaceAll("\\\\(.)", "$1");
    }

    private static Optional<String> attribute(XMLStreamReader xml, String name) {
        return Optional.ofNullable(xml.getAttributeValue(null, name));
    }
}
