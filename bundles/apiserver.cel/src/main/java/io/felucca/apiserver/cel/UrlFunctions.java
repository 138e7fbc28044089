package io.felucca.apiserver.cel;

import static io.felucca.apiserver.cel.KubernetesFunctions.TEXT;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import io.felucca.apiserver.cel.Library.Parameter;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** {@code url}, {@code isURL} and the parts of a URL. */
final class UrlFunctions {
    private static final CelType URL = OpaqueType.create("kubernetes.URL");
    private static final Parameter SELF = new Parameter(URL, URI.class);

    private UrlFunctions() {}

    static void declare(Library library) {
        library.function(
                "url", "string_to_url", URL, arguments -> parse((String) arguments[0]), TEXT);
        library.function(
                "isURL",
                "is_url_string",
                SimpleType.BOOL,
                arguments -> isUrl((String) arguments[0]),
                TEXT);
        part(library, "getScheme", URI::getScheme);
        part(library, "getHost", UrlFunctions::host);
        part(library, "getHostname", url -> url.getHost() == null ? "" : bare(url.getHost()));
        part(library, "getPort", url -> url.getPort() < 0 ? "" : String.valueOf(url.getPort()));
        part(library, "getEscapedPath", URI::getRawPath);
        library.member(
                "getQuery",
                "url_get_query",
                MapType.create(SimpleType.STRING, ListType.create(SimpleType.STRING)),
                arguments -> query((URI) arguments[0]),
                SELF);
    }

    private static void part(Library library, String name, Function<URI, String> part) {
        library.member(
                name,
                "url_" + name,
                SimpleType.STRING,
                arguments -> {
                    String text = part.apply((URI) arguments[0]);
                    return text == null ? "" : text;
                },
                SELF);
    }

    private static URI parse(String text) {
        try {
            URI url = new URI(text);
            if (url.isAbsolute() || text.startsWith("/")) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("URL parse error during conversion: " + text, e);
        }
        throw new IllegalArgumentException(
                "URL parse error during conversion from string: parse \""
                        + text
                        + "\": invalid URI for request");
    }

    private static boolean isUrl(String text) {
        try {
            URI unused = parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String host(URI url) {
        if (url.getHost() == null) {
            return "";
        }
        return url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static Map<String, List<String>> query(URI url) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        if (url.getRawQuery() == null || url.getRawQuery().isEmpty()) {
            return query;
        }
        for (String pair : url.getRawQuery().split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            query.computeIfAbsent(
                            URLDecoder.decode(name, StandardCharsets.UTF_8),
                            key -> new ArrayList<>())
                    .add(URLDecoder.decode(value, StandardCharsets.UTF_8));
        }
        return query;
    }
}
