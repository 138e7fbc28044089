package io.felucca.apiserver.audit;

/** How much is recorded; upstream's names are these in camel case. */
enum Level {
    NONE("None"),
    METADATA("Metadata"),
    REQUEST("Request"),
    REQUEST_RESPONSE("RequestResponse");

    private final String text;

    Level(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /**
     * @throws IllegalArgumentException for a name that is none
     */
    static Level of(String name) {
        for (Level level : values()) {
            if (level.text.equals(name)) {
                return level;
            }
        }
        throw new IllegalArgumentException(
                "level must be None, Metadata, Request or RequestResponse, not \"" + name + "\"");
    }
}
