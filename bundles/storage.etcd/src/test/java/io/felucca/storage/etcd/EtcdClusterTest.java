package io.felucca.storage.etcd;

/** The contract, on three members. */
class EtcdClusterTest extends EtcdStoreTest {
    @Override
    int count() {
        return 3;
    }
}
