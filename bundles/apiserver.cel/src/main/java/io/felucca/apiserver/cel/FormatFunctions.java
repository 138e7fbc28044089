package io.felucca.apiserver.cel;

import static io.felucca.apiserver.cel.KubernetesFunctions.TEXT;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import io.felucca.apiserver.cel.Library.Parameter;
import io.felucca.machinery.NameRules;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** {@code format.<name>()} and {@code validate}: whether a text has one of the API's own forms. */
final class FormatFunctions {
    private static final CelType FORMAT = OpaqueType.create("kubernetes.NamedFormat");
    private static final Map<String, Function<String, List<String>>> FORMATS =
            Map.ofEntries(
                    Map.entry("dns1123Label", NameRules::dnsLabel),
                    Map.entry("dns1123Subdomain", NameRules::dnsSubdomain),
                    Map.entry("dns1035Label", NameRules::dns1035Label),
                    Map.entry("qualifiedName", NameRules::qualifiedName),
                    Map.entry("dns1123LabelPrefix", text -> NameRules.dnsLabel(text, true)),
                    Map.entry("dns1123SubdomainPrefix", text -> NameRules.dnsSubdomain(text, true)),
                    Map.entry("dns1035LabelPrefix", text -> NameRules.dns1035Label(text, true)),
                    Map.entry("labelValue", NameRules::labelValue),
                    Map.entry("uri", text -> parsed(text, java.net.URI::create)),
                    Map.entry("uuid", text -> parsed(text, java.util.UUID::fromString)),
                    Map.entry("byte", text -> parsed(text, java.util.Base64.getDecoder()::decode)),
                    Map.entry("date", text -> parsed(text, java.time.LocalDate::parse)),
                    Map.entry("datetime", text -> parsed(text, java.time.OffsetDateTime::parse)));

    /** A format by its name; what is wrong with a text is a list of sentences. */
    private record Named(String name, Function<String, List<String>> rule) {}

    private FormatFunctions() {}

    static void declare(Library library) {
        FORMATS.forEach(
                (name, rule) ->
                        library.function(
                                "format." + name,
                                "format-" + name,
                                FORMAT,
                                arguments -> new Named(name, rule)));
        library.function(
                "format.named",
                "format-named",
                OptionalType.create(FORMAT),
                arguments -> named((String) arguments[0]),
                TEXT);
        library.member(
                "validate",
                "format-validate",
                OptionalType.create(ListType.create(SimpleType.STRING)),
                arguments -> {
                    List<String> problems =
                            ((Named) arguments[0]).rule().apply((String) arguments[1]);
                    return problems.isEmpty() ? Optional.empty() : Optional.of(problems);
                },
                new Parameter(FORMAT, Named.class),
                TEXT);
    }

    private static Optional<Named> named(String name) {
        return Optional.ofNullable(FORMATS.get(name)).map(rule -> new Named(name, rule));
    }

    private static List<String> parsed(String text, Function<String, Object> parse) {
        try {
            Object unused = parse.apply(text);
            return List.of();
        } catch (RuntimeException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }
}
