/** Clients of webhooks: by URL or through a Service, each with authorities of its own. */
package io.felucca.apiserver.webhook;
