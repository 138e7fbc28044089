package io.felucca.apiserver.auth.tokens;

import io.felucca.apiserver.api.Authenticator;
import io.felucca.apiserver.api.UserInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens from a file, as upstream's {@code --token-auth-file}: lines of token, user, uid and,
 * optionally, groups in quotes with commas between them. Read once; only hashes are kept.
 * Thread-safe.
 */
@Component(
        configurationPid = "io.felucca.apiserver.auth.tokenfile",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = "service.ranking:Integer=120")
public final class StaticTokens implements Authenticator {
    private static final Logger LOG = LoggerFactory.getLogger(StaticTokens.class);

    /** Where the file is. */
    public @interface Config {
        /** A path. */
        String file();
    }

    private final Map<String, UserInfo> users;

    @Activate
    public StaticTokens(Config config) throws IOException {
        this(Files.readString(Path.of(config.file())));
    }

    StaticTokens(String text) {
        users = read(text);
    }

    @Override
    public Optional<UserInfo> authenticate(Credentials credentials) {
        return credentials.bearerToken().map(StaticTokens::hash).map(users::get);
    }

    private static Map<String, UserInfo> read(String text) {
        Map<String, UserInfo> users = new HashMap<>();
        int number = 0;
        for (String line : text.split("\\R", -1)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            List<String> fields = fields(line);
            if (fields.size() < 3) {
                throw new IllegalArgumentException(
                        "line "
                                + number
                                + " of the token file must have at least 3 columns (token, user"
                                + " name, user uid), found "
                                + fields.size());
            }
            if (fields.get(0).isEmpty()) {
                LOG.warn("An empty token was found in line {} of the token file", number);
                continue;
            }
            String[] groups =
                    fields.size() > 3 && !fields.get(3).isEmpty()
                            ? fields.get(3).split(",", -1)
                            : new String[0];
            UserInfo user = UserInfo.of(fields.get(1), groups);
            UserInfo before =
                    users.put(
                            hash(fields.get(0)),
                            new UserInfo(user.name(), fields.get(2), user.groups(), Map.of()));
            if (before != null) {
                LOG.warn("Line {} of the token file has the token of an earlier one", number);
            }
        }
        return Map.copyOf(users);
    }

    /** One line of comma-separated values (RFC 4180). */
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                boolean escaped = quoted && i + 1 < line.length() && line.charAt(i + 1) == '"';
                if (escaped) {
                    field.append('"');
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (c == ',' && !quoted) {
                fields.add(field.toString().strip());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString().strip());
        return fields;
    }

    /** So that a look-up's time says nothing of the tokens, and none lies in the heap. */
    private static String hash(String token) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
