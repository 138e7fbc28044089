package io.felucca.apiserver.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.apiserver.api.Authenticator;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AuthenticationTest {
    private static final String POD = "/api/v1/namespaces/default/pods/web";
    private static final Authenticator TOKENS =
            credentials ->
                    credentials
                            .bearerToken()
                            .filter(token -> token.equals("good"))
                            .map(token -> UserInfo.of("jane"));

    private final Rest rest = new Rest();

    @AfterEach
    void close() {
        rest.close();
    }

    private FakeExchange get(String token) {
        return new FakeExchange("GET", POD).with("authorization", "Bearer " + token);
    }

    @Test
    void whoHasNoCredentialIsAnonymous() {
        rest.server.put("default", "web", 1);
        assertEquals(200, rest.get(POD).status());
        assertEquals(UserInfo.ANONYMOUS, rest.server.requests.get(0).user());
    }

    @Test
    void aTokenNamesItsUserAndABadOneIs401() {
        rest.handler.addAuthenticator(new RankedReference<>(1), TOKENS);
        rest.server.put("default", "web", 1);
        assertEquals(200, rest.send(get("good")).status());
        assertEquals("jane", rest.server.requests.get(0).user().name());
        FakeExchange bad = rest.send(get("bad"));
        assertEquals(401, bad.status());
        assertEquals("Unauthorized", bad.json().path("message").asText());
    }

    @Test
    void whatOneAuthenticatorRefusesMayBeAnothers() {
        rest.handler.addAuthenticator(new RankedReference<>(2), TOKENS);
        rest.handler.addAuthenticator(
                new RankedReference<>(1), credentials -> Optional.of(UserInfo.of("joe")));
        rest.server.put("default", "web", 1);
        assertEquals(200, rest.send(get("bad")).status());
        assertEquals("joe", rest.server.requests.get(0).user().name());
    }

    @Test
    void anonymousRequestsReachOnlyWhatTheyAreLetTo() {
        AnonymousAccess health = new AnonymousAccess.To(Set.of("/healthz"));
        assertEquals(
                UserInfo.ANONYMOUS,
                AuthenticatorChain.authenticate(
                        List.of(), new FakeExchange("GET", "/healthz"), health));
        assertThrows(
                ApiException.class,
                () ->
                        AuthenticatorChain.authenticate(
                                List.of(), new FakeExchange("GET", "/api"), health));
        assertThrows(
                ApiException.class,
                () ->
                        AuthenticatorChain.authenticate(
                                List.of(),
                                new FakeExchange("GET", "/healthz"),
                                new AnonymousAccess.ToNothing()));
    }

    @Test
    void theHighestRankingAuthenticatorIsAskedFirst() {
        rest.handler.addAuthenticator(
                new RankedReference<>(1), credentials -> Optional.of(UserInfo.of("low")));
        rest.handler.addAuthenticator(
                new RankedReference<>(2), credentials -> Optional.of(UserInfo.of("high")));
        rest.get(POD);
        assertEquals("high", rest.server.requests.get(0).user().name());
    }

    @Test
    void requestsWaitWhileAnAuthenticatorIsSwapped() {
        rest.handler.addAuthenticator(new RankedReference<>(1), TOKENS);
        rest.handler.removeAuthenticator(new RankedReference<>(1));
        rest.server.put("default", "web", 1);
        FakeExchange parked = get("good");
        rest.handler.handle(parked);
        assertEquals(0, parked.status());
        rest.handler.addAuthenticator(new RankedReference<>(1), TOKENS);
        assertEquals(200, parked.await().status());
    }

    @Test
    void requestsWaitNoLongerThanAMomentForAnAuthenticator() {
        try (Rest impatient = new Rest(1)) {
            impatient.handler.addAuthenticator(new RankedReference<>(1), TOKENS);
            impatient.handler.removeAuthenticator(new RankedReference<>(1));
            assertEquals(401, impatient.send(get("good")).status());
        }
    }

    @Test
    void whoWaitsForAnAuthenticatorWhenAllEndsIsToldToComeAgain() {
        rest.handler.addAuthenticator(new RankedReference<>(1), TOKENS);
        rest.handler.addAuthenticator(new RankedReference<>(2), TOKENS);
        rest.handler.removeAuthenticator(new RankedReference<>(2));
        rest.handler.removeAuthenticator(new RankedReference<>(1));
        FakeExchange parked = get("good");
        rest.handler.handle(parked);
        assertEquals(0, parked.status());
        rest.handler.deactivate();
        assertEquals(503, parked.await().status());
    }

    @Test
    void authenticatorsThatGoAfterTheEndLeaveQuietly() {
        rest.handler.addAuthenticator(new RankedReference<>(1), TOKENS);
        rest.handler.deactivate();
        rest.handler.removeAuthenticator(new RankedReference<>(1));
        assertEquals(503, rest.send(get("good")).status());
    }

    @Test
    void impersonationNeedsTheRightToIt() {
        rest.server.put("default", "web", 1);
        FakeExchange as =
                rest.send(
                        new FakeExchange("GET", POD)
                                .with("impersonate-user", "joe")
                                .with("impersonate-group", "devs"));
        assertEquals(200, as.status());
        assertEquals("joe", rest.server.requests.get(0).user().name());
        assertEquals(
                List.of("devs", "system:authenticated"),
                rest.server.requests.get(0).user().groups());
        rest.server.forbiddenVerb = "impersonate";
        FakeExchange refused =
                rest.send(new FakeExchange("GET", POD).with("impersonate-user", "joe"));
        assertEquals(403, refused.status());
        assertTrue(refused.text().contains("not for you"));
    }
}
