// Draws the description of the interface with Swagger UI, which a package brings along.
SwaggerUIBundle({ url: "openapi.json", dom_id: "#interface", deepLinking: true });
