package io.felucca.apiserver.admission.podsecurity;

import java.util.Locale;
import java.util.Optional;

/** The pod security standards, each stricter than the one before. */
enum Level {
    PRIVILEGED,
    BASELINE,
    RESTRICTED;

    static Optional<Level> parse(String word) {
        for (Level level : values()) {
            if (level.toString().equals(word)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
