package io.felucca.apiserver.apiextensions;

import io.felucca.apiserver.api.ValidationRules;
import io.felucca.apiserver.api.WebhookClients;
import java.util.function.Supplier;

/**
 * What custom resources need of others; each gives null while it is away.
 *
 * @param rules runs the CEL rules
 * @param webhooks calls conversion webhooks
 */
record Surroundings(Supplier<ValidationRules> rules, Supplier<WebhookClients> webhooks) {}
