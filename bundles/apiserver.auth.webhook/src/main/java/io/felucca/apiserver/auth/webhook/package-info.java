/**
 * Authenticator and authorizer that ask a webhook, each there once it has a configuration. They
 * wait for an answer, so the server keeps their calls off its event loops.
 */
package io.felucca.apiserver.auth.webhook;
