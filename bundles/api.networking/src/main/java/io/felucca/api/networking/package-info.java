/** API group networking: ingresses, network policies and service networks. */
package io.felucca.api.networking;
