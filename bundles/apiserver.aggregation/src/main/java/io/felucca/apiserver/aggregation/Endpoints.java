package io.felucca.apiserver.aggregation;

import io.felucca.apiserver.api.ServiceEndpoint;

/** Where the servers behind Services are. Thread-safe; never blocks. */
interface Endpoints {

    /**
     * A ready endpoint, any of them, or where an ExternalName leads.
     *
     * @throws io.felucca.machinery.ApiException if there is no Service, or nobody behind it
     */
    ServiceEndpoint of(ServiceRef service);
}
