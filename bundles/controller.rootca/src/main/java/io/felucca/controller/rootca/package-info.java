/** Controller root-ca-certificate-publisher: every live namespace can verify the API server. */
package io.felucca.controller.rootca;
