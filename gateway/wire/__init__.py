"""What two adapters share: HTTP, XML, SOAP, addressing. Bytes and their envelopes, never their meaning."""
