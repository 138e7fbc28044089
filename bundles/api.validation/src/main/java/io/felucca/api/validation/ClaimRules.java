package io.felucca.api.validation;

import io.felucca.machinery.NameRules;
import io.felucca.machinery.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The spec of a PersistentVolumeClaim, wherever one stands. */
public final class ClaimRules {
    private static final List<String> MODES =
            List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");

    private ClaimRules() {}

    public static void spec(Field spec) {
        Field modes = spec.at("accessModes");
        if (!modes.filled()) {
            modes.required("at least 1 access mode is required");
        }
        accessModes(modes);
        LabelRules.selector(spec.at("selector"));
        Field storage = spec.at("resources", "requests").key("storage");
        if (!storage.present()) {
            storage.required("");
        } else {
            positive(storage);
        }
        Field className = spec.at("storageClassName");
        if (className.filled()) {
            className.follow(NameRules::dnsSubdomain);
        }
        spec.at("volumeMode").oneOf(List.of("Block", "Filesystem"));
        Field source = spec.at("dataSource");
        if (source.present()) {
            source.at("name").require();
            source.at("kind").require();
        }
    }

    /** The access modes of a claim or a volume. */
    public static void accessModes(Field modes) {
        Set<String> seen = new HashSet<>();
        for (Field mode : modes.items()) {
            if (mode.requireOneOf(MODES)) {
                seen.add(mode.text());
            }
        }
        if (seen.size() > 1 && seen.contains("ReadWriteOncePod")) {
            modes.forbidden("may not use ReadWriteOncePod with other access modes");
        }
    }

    /** An amount above zero. */
    public static void positive(Field amount) {
        if (!Quantity.isValid(amount.text()) && !amount.node().isNumber()) {
            ResourceRules.amount(amount, "storage");
        } else if (Quantity.fromJson(amount.node()).signum() <= 0) {
            amount.invalid(
                    Quantity.fromJson(amount.node()).toString(), "must be greater than zero");
        }
    }
}
