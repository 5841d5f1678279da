//! The gauge of open connections.

/// Counts a connection while it is open.
pub(super) struct ConnectionGauge;

impl ConnectionGauge {
    pub(super) fn new() -> Self {
        metrics::gauge!("touchline_connections").increment(1);
        Self
    }
}

impl Drop for ConnectionGauge {
    fn drop(&mut self) {
        metrics::gauge!("touchline_connections").decrement(1);
    }
}
