package io.felucca.apiserver.apiextensions;

import io.felucca.apiserver.api.ValidationRules;
import java.util.function.Supplier;

/**
 * What custom resources need of others.
 *
 * @param rules runs the CEL rules; gives null while it is away
 * @param services where conversion webhooks are
 */
record Surroundings(Supplier<ValidationRules> rules, WebhookClient.Services services) {}
