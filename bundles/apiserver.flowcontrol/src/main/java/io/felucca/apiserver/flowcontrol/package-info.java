/** Priority and fairness: who is served when the server has more to do than it can. */
package io.felucca.apiserver.flowcontrol;
