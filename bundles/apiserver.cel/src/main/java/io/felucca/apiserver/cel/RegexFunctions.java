package io.felucca.apiserver.cel;

import static io.felucca.apiserver.cel.KubernetesFunctions.INTEGER;
import static io.felucca.apiserver.cel.KubernetesFunctions.TEXT;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import java.util.ArrayList;
import java.util.List;

/** {@code find} and {@code findAll}, in RE2's syntax, whose time grows only with the text. */
final class RegexFunctions {
    private RegexFunctions() {}

    static void declare(Library library) {
        library.member(
                "find",
                "string_find_string",
                SimpleType.STRING,
                arguments -> {
                    List<String> found = find(arguments, 1);
                    return found.isEmpty() ? "" : found.get(0);
                },
                TEXT,
                TEXT);
        library.member(
                "findAll",
                "string_find_all_string",
                ListType.create(SimpleType.STRING),
                arguments -> find(arguments, -1),
                TEXT,
                TEXT);
        library.member(
                "findAll",
                "string_find_all_string_int",
                ListType.create(SimpleType.STRING),
                arguments -> find(arguments, (Long) arguments[2]),
                TEXT,
                TEXT,
                INTEGER);
    }

    /**
     * @param most negative for all
     */
    private static List<String> find(Object[] arguments, long most) {
        Matcher matcher = Pattern.compile((String) arguments[1]).matcher((String) arguments[0]);
        List<String> found = new ArrayList<>();
        while ((most < 0 || found.size() < most) && matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }
}
