package io.felucca.storage.encryption;

import java.util.List;
import java.util.function.Predicate;

/**
 * Which values are encrypted with what: the first rule that fits a key decides, its first provider
 * writes, all of them read. Immutable.
 */
final class Rules {
    /** Reads and writes what no rule fits. */
    private static final List<Provider> PLAIN = List.of(new Identity());

    private final List<Rule> rules;

    record Rule(Predicate<String> fits, List<Provider> providers) {
        public Rule {
            providers = List.copyOf(providers);
        }
    }

    Rules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    byte[] seal(String key, byte[] plain) {
        return providers(key).get(0).seal(key, plain);
    }

    /**
     * @throws Provider.SealBroken if no provider of the key's rule wrote the value, or it was
     *     changed
     */
    byte[] open(String key, byte[] stored) throws Provider.SealBroken {
        for (Provider provider : providers(key)) {
            if (provider.wrote(stored)) {
                return provider.open(key, stored);
            }
        }
        throw new Provider.SealBroken(
                "no provider of the encryption configuration has the key of the value at " + key,
                null);
    }

    /** Whether the value would be written otherwise now. */
    boolean isStale(String key, byte[] stored) {
        return !providers(key).get(0).wrote(stored);
    }

    /** Whether values there are looked at, by whatever rule. */
    boolean concern(String key) {
        return providers(key) != PLAIN;
    }

    private List<Provider> providers(String key) {
        for (Rule rule : rules) {
            if (rule.fits().test(key)) {
                return rule.providers();
            }
        }
        return PLAIN;
    }
}
