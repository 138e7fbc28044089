package io.felucca.apiserver.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/** Words of which a rule asks for any; the star is every one. */
record Words(boolean all, Set<String> words) {
    Words {
        words = Set.copyOf(words);
    }

    static Words read(JsonNode list) {
        Set<String> words = new HashSet<>();
        list.forEach(word -> words.add(word.asText()));
        return new Words(words.contains("*"), words);
    }

    boolean have(String word) {
        return all || words.contains(word);
    }

    /** Whether one of them is the path, or with a star at its end its beginning. */
    boolean havePath(String path) {
        if (have(path)) {
            return true;
        }
        for (String word : words) {
            if (word.endsWith("*") && path.startsWith(word.substring(0, word.length() - 1))) {
                return true;
            }
        }
        return false;
    }
}
