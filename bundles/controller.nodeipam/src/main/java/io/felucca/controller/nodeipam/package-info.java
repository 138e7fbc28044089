/** Controller nodeipam: every node has a range of pod addresses of its own. */
package io.felucca.controller.nodeipam;
