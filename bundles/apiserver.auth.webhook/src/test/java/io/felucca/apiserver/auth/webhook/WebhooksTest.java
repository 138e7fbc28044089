package io.felucca.apiserver.auth.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.Authenticator.Credentials;
import io.felucca.apiserver.api.Authorizer.Attributes;
import io.felucca.apiserver.api.Authorizer.Verdict;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.testing.FakeClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WebhooksTest {
    private static final UserInfo JANE =
            new UserInfo("jane", "u1", List.of("team"), Map.of("scope", List.of("a")));

    private final FakeClock clock = new FakeClock();
    private final List<ObjectNode> asked = new ArrayList<>();
    private String status = "{}";

    private final Webhook webhook =
            review -> {
                asked.add(review);
                if (status == null) {
                    throw new IOException("nobody there");
                }
                return json("{'status':" + status + "}");
            };

    private final TokenReviews tokens = new TokenReviews(webhook, Duration.ofMinutes(2), clock);

    private static JsonNode json(String quoted) throws IOException {
        return Json.mapper().readTree(quoted.replace('\'', '"'));
    }

    private Optional<UserInfo> token(String token) {
        return tokens.authenticate(
                new Credentials(List.of(), Optional.of(token), header -> Optional.empty()));
    }

    private AccessReviews access(Verdict onFailure) {
        return new AccessReviews(
                webhook, Duration.ofMinutes(5), Duration.ofSeconds(30), onFailure, clock);
    }

    private static Attributes reading(String name) {
        return new Attributes(
                JANE, "list", "", "v1", "pods", "", "ns", name, "", "", "spec.nodeName=a");
    }

    @Test
    void theWebhookSaysWhoseATokenIsAndIsAskedOnceForAWhile() {
        status =
                "{'authenticated':true,'user':{'username':'jane','uid':'u1','groups':['team'],"
                        + "'extra':{'k':['v']}}}";
        UserInfo user = token("secret").orElseThrow();
        assertEquals("jane", user.name());
        assertEquals(List.of("team", "system:authenticated"), user.groups());
        assertEquals(List.of("v"), user.extra().get("k"));
        status = "{'authenticated':false}";
        assertTrue(token("secret").isPresent());
        assertEquals(1, asked.size());
        clock.advance(Duration.ofMinutes(2));
        assertTrue(token("secret").isEmpty());
        assertTrue(token("secret").isEmpty());
        assertEquals(2, asked.size());
    }

    @Test
    void aWebhookThatDoesNotAnswerKnowsNobodyAndIsAskedAgain() {
        status = null;
        assertThrows(ApiException.class, () -> token("secret"));
        status = "{'authenticated':true,'user':{'groups':['system:masters']}}";
        assertThrows(ApiException.class, () -> token("secret"), "a user without a name");
        status = "{'authenticated':true,'user':{'username':'jane'}}";
        assertTrue(token("secret").isPresent());
    }

    @Test
    void theWebhookIsAskedWithAllThereIsToKnow() throws IOException {
        status = "{'allowed':true,'reason':'because'}";
        assertEquals("because", access(Verdict.NO_OPINION).authorize(reading("")).reason());
        assertEquals(
                json(
                        "{'apiVersion':'authorization.k8s.io/v1','kind':'SubjectAccessReview',"
                                + "'spec':{'resourceAttributes':{'namespace':'ns','verb':'list',"
                                + "'version':'v1','resource':'pods','fieldSelector':"
                                + "{'requirements':[{'key':'spec.nodeName','operator':'In',"
                                + "'values':['a']}]}},'user':'jane','uid':'u1',"
                                + "'groups':['team'],'extra':{'scope':['a']}}}"),
                asked.get(0));
    }

    @Test
    void aYesHoldsLongerThanANo() {
        AccessReviews access = access(Verdict.NO_OPINION);
        status = "{'allowed':true}";
        access.authorize(reading("yes"));
        status = "{'allowed':false}";
        access.authorize(reading("no"));
        clock.advance(Duration.ofMinutes(1));
        assertEquals(Verdict.ALLOW, access.authorize(reading("yes")).verdict());
        assertEquals(2, asked.size());
        assertEquals(Verdict.NO_OPINION, access.authorize(reading("no")).verdict());
        assertEquals(3, asked.size());
    }

    @Test
    void denialIsFinalAndBothAtOnceIsAFailure() {
        status = "{'allowed':false,'denied':true}";
        assertEquals(Verdict.DENY, access(Verdict.NO_OPINION).authorize(reading("a")).verdict());
        status = "{'allowed':true,'denied':true}";
        assertEquals(
                Verdict.NO_OPINION, access(Verdict.NO_OPINION).authorize(reading("b")).verdict());
        status = null;
        assertEquals(Verdict.DENY, access(Verdict.DENY).authorize(reading("c")).verdict());
    }

    @Test
    void aKubeconfigMustSpeakHttps(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("webhook.kubeconfig");
        String text =
                """
                current-context: c
                contexts: [{name: c, context: {cluster: k, user: u}}]
                clusters: [{name: k, cluster: {server: "%s"}}]
                users: [{name: u, user: {token: t}}]
                """;
        Files.write(
                file,
                text.formatted("https://127.0.0.1:1/authorize").getBytes(StandardCharsets.UTF_8));
        WebhookKubeconfig config = WebhookKubeconfig.read(file);
        assertEquals("t", config.token());
        assertEquals("/authorize", config.server().getPath());
        assertThrows(
                IOException.class,
                () -> new HttpWebhook(file).review(Json.object().put("kind", "TokenReview")));
        Files.write(file, text.formatted("http://127.0.0.1:1/").getBytes(StandardCharsets.UTF_8));
        assertThrows(IllegalArgumentException.class, () -> WebhookKubeconfig.read(file));
        assertFalse(asked.contains(null));
    }
}
