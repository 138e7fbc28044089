package io.felucca.apiserver.auth.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One entry under {@code jwt} of upstream's AuthenticationConfiguration. Expressions in CEL are
 * refused, since nothing here evaluates them.
 *
 * @param audiences of which a token must name at least one
 * @param required claims that must have a value
 * @param usernameClaim from which the name comes, with {@code usernamePrefix} before it
 * @param groupsClaim empty for none
 * @param uidClaim empty for none
 */
record JwtAuthenticator(
        String issuer,
        String discoveryUrl,
        String authorityPem,
        Set<String> audiences,
        Map<String, String> required,
        String usernameClaim,
        String usernamePrefix,
        String groupsClaim,
        String groupsPrefix,
        String uidClaim) {
    private static final Set<String> VERSIONS =
            Set.of("apiserver.config.k8s.io/v1", "apiserver.config.k8s.io/v1beta1");

    /**
     * @throws IllegalArgumentException naming the field that is wrong
     */
    static List<JwtAuthenticator> read(JsonNode config) {
        if (!config.path("kind").asText("").equals("AuthenticationConfiguration")
                || !VERSIONS.contains(config.path("apiVersion").asText(""))) {
            throw new IllegalArgumentException(
                    "it must be an AuthenticationConfiguration of apiserver.config.k8s.io/v1");
        }
        if (config.has("anonymous")) {
            throw wrong(
                    "anonymous",
                    "is set elsewhere: by anonymous.enabled and anonymous.paths of"
                            + " io.felucca.cluster");
        }
        List<JwtAuthenticator> all = new ArrayList<>();
        Set<String> issuers = new HashSet<>();
        int number = 0;
        for (JsonNode one : config.path("jwt")) {
            JwtAuthenticator read = read(one, "jwt[" + number + "]");
            if (!issuers.add(read.issuer())) {
                throw wrong("jwt[" + number + "].issuer.url", "is there twice");
            }
            all.add(read);
            number++;
        }
        return List.copyOf(all);
    }

    private static JwtAuthenticator read(JsonNode jwt, String field) {
        JsonNode issuer = jwt.path("issuer");
        String url = https(issuer.path("url").asText(""), field + ".issuer.url");
        String discovery = issuer.path("discoveryURL").asText("");
        if (!discovery.isEmpty()) {
            https(discovery, field + ".issuer.discoveryURL");
        }
        Set<String> audiences = new HashSet<>();
        issuer.path("audiences").forEach(one -> audiences.add(one.asText("")));
        if (audiences.isEmpty()) {
            throw wrong(field + ".issuer.audiences", "is required: at least one");
        }
        String policy = issuer.path("audienceMatchPolicy").asText("");
        if (!policy.isEmpty() && !policy.equals("MatchAny")) {
            throw wrong(field + ".issuer.audienceMatchPolicy", "must be MatchAny");
        }
        if (!jwt.path("userValidationRules").isEmpty()) {
            throw expression(field + ".userValidationRules");
        }
        JsonNode mappings = jwt.path("claimMappings");
        String mapped = field + ".claimMappings";
        if (!mappings.path("extra").isEmpty()) {
            throw expression(mapped + ".extra");
        }
        String username = claim(mappings.path("username"), mapped + ".username");
        if (username.isEmpty()) {
            throw wrong(mapped + ".username.claim", "is required");
        }
        if (!mappings.path("username").has("prefix")) {
            throw wrong(mapped + ".username.prefix", "is required; it may be \"\"");
        }
        String groups = claim(mappings.path("groups"), mapped + ".groups");
        if (!groups.isEmpty() && !mappings.path("groups").has("prefix")) {
            throw wrong(mapped + ".groups.prefix", "is required; it may be \"\"");
        }
        return new JwtAuthenticator(
                url,
                discovery.isEmpty()
                        ? (url.endsWith("/") ? url : url + "/") + ".well-known/openid-configuration"
                        : discovery,
                issuer.path("certificateAuthority").asText(""),
                Set.copyOf(audiences),
                required(jwt.path("claimValidationRules"), field + ".claimValidationRules"),
                username,
                mappings.path("username").path("prefix").asText(""),
                groups,
                mappings.path("groups").path("prefix").asText(""),
                claim(mappings.path("uid"), mapped + ".uid"));
    }

    private static Map<String, String> required(JsonNode rules, String field) {
        Map<String, String> required = new LinkedHashMap<>();
        for (JsonNode rule : rules) {
            if (rule.hasNonNull("expression")) {
                throw expression(field);
            }
            required.put(rule.path("claim").asText(""), rule.path("requiredValue").asText(""));
        }
        return Map.copyOf(required);
    }

    private static String claim(JsonNode mapping, String field) {
        if (mapping.hasNonNull("expression")) {
            throw expression(field + ".expression");
        }
        return mapping.path("claim").asText("");
    }

    private static String https(String url, String field) {
        if (!url.startsWith("https://")) {
            throw wrong(field, "must be an https URL");
        }
        return url;
    }

    private static IllegalArgumentException expression(String field) {
        return wrong(field, "is a CEL expression, which is not supported here; use claims");
    }

    private static IllegalArgumentException wrong(String field, String what) {
        return new IllegalArgumentException(field + " " + what);
    }
}
