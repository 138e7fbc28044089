/**
 * The API server of another process as the service that this process's clients use, over HTTPS with
 * the credentials of a kubeconfig; and, on a worker, what that file says of the node itself.
 */
package io.felucca.client.http;
