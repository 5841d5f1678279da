//! Which pages may use the server: CORS does not protect WebSocket.

use http::HeaderValue;

/// Pages of which origins may connect.
#[derive(Debug, Clone)]
pub struct Origins {
    allowed: Vec<String>,
}

impl Origins {
    /// The server's own host, and these; `*` is any.
    #[must_use]
    pub fn new(allowed: &[String]) -> Self {
        let clean = |origin: &String| origin.trim().trim_end_matches('/').to_lowercase();
        Self { allowed: allowed.iter().map(clean).filter(|origin| !origin.is_empty()).collect() }
    }

    /// Whether a page of this origin may use a server of this host.
    #[must_use]
    pub fn allow(&self, origin: &HeaderValue, host: Option<&HeaderValue>) -> bool {
        let Ok(origin) = origin.to_str().map(str::to_lowercase) else { return false };
        let same_host = || {
            let of_origin = origin.split_once("://").map(|(_, host)| host);
            of_origin.is_some() && of_origin == host.and_then(|host| host.to_str().ok())
        };
        self.allowed.iter().any(|allowed| allowed == "*" || *allowed == origin) || same_host()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_allowed_by_its_host_or_by_name() {
        let allow = |allowed: &[&str], origin: &'static str, host: &'static str| {
            let allowed: Vec<_> = allowed.iter().map(ToString::to_string).collect();
            let host = HeaderValue::from_static(host);
            Origins::new(&allowed).allow(&HeaderValue::from_static(origin), Some(&host))
        };
        assert!(allow(&[], "http://a.example:3000", "a.example:3000"));
        assert!(!allow(&[], "http://a.example", "a.example:3000"));
        assert!(!allow(&[], "http://b.example", "a.example"));
        assert!(!allow(&[], "null", "a.example"));
        assert!(allow(&["https://b.example/"], "https://B.example", "a.example"));
        assert!(!allow(&["https://b.example"], "http://b.example", "a.example"));
        assert!(allow(&["*"], "null", "a.example"));
    }
}
